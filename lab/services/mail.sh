# Mail: delivery, the mailbox, and a mailbox inside TLS.

start_mail() {
    choose_port exim
    configure exim.conf
    make mkdir -p "$directory/exim"
    service exim4 -C "$directory/exim.conf" -bdf -oX "<; [$address]:$exim_port"

    choose_port imap
    choose_port pop3
    configure dovecot.conf
    service dovecot -F -c "$directory/dovecot.conf"

    choose_port stunnel
    configure stunnel.conf
    make openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 \
        -subj '/CN=mail.lab.example' -keyout "$directory/tls.key" -out "$directory/tls.pem"
    service stunnel4 "$directory/stunnel.conf"
}
