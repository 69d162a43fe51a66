# Shares and transfers of files.

start_files() {
    choose_port samba
    configure smb.conf
    make mkdir -p "$directory/samba"
    service smbd --foreground --no-process-group --configfile="$directory/smb.conf" \
        --log-basename="$directory/samba"

    choose_port vsftpd
    configure vsftpd.conf
    make mkdir -p "$directory/empty"
    # It reads only what belongs to its user.
    [[ $EUID -ne 0 ]] || chown "$user" "$directory/vsftpd.conf"
    service vsftpd "$directory/vsftpd.conf"

    choose_port rsync
    configure rsyncd.conf
    service rsync --daemon --no-detach --config="$directory/rsyncd.conf" --address="$address" \
        --port="$rsync_port"
}
