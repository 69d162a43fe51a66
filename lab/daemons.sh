# How the daemons of the laboratories are started, for `lab/run` to source.
#
# Each takes the names under which its ports are told, and reads its configuration, where it has
# one, from the scenario's folder. All run in the foreground, in the process group of `daemon`.

# start_sshd NAME [KEY_TYPE]
start_sshd() {
    need sshd openssh-server
    need ssh-keygen openssh-client
    # Debian's sshd insists on this folder when root starts it; the package's service makes it too.
    [[ $EUID -ne 0 ]] || install -d -m 0755 /run/sshd
    ssh-keygen -q -t "${2:-ed25519}" -N '' -f "$directory/host_key"
    choose_port "$1"
    configure sshd_config
    daemon "$(command -v sshd)" -D -e -f "$directory/sshd_config"
}

# start_dropbear NAME [OPTION…]
start_dropbear() {
    need dropbear dropbear-bin
    [[ -f $directory/dropbear_key ]] ||
        dropbearkey -t ed25519 -f "$directory/dropbear_key" >>"$directory/log" 2>&1
    choose_port "$1"
    daemon dropbear -F -E -p "$address:${ready[-1]#*=}" -r "$directory/dropbear_key" -P '' "${@:2}"
}

# start_apache NAME…
start_apache() {
    local name
    need apache2 apache2
    install -d -m 0755 "$directory/site"
    echo '<!doctype html><title>lab</title><p>Apache' >"$directory/site/index.html"
    for name in "$@"; do choose_port "$name"; done
    configure apache.conf
    daemon apache2 -d "$directory" -f "$directory/apache.conf" -D FOREGROUND
}

# start_nginx NAME…
start_nginx() {
    local name
    need nginx nginx-light
    install -d -m 0755 "$directory/site"
    echo '<!doctype html><title>lab</title><p>nginx' >"$directory/site/index.html"
    for name in "$@"; do choose_port "$name"; done
    configure nginx.conf
    daemon nginx -e "$directory/log" -p "$directory" -c "$directory/nginx.conf"
}

# start_stand_in NAME [OPTION…]
start_stand_in() {
    need python3 python3
    choose_port "$1"
    daemon python3 "$here/stand_in.py" "$address" "${ready[-1]#*=}" "${@:2}"
}
