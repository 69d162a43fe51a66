# Name servers, and servers that tell where others are.

start_names() {
    if has bind; then
        choose_port bind
        configure named.conf
        configure roots
        service named -f -c "$directory/named.conf"
    fi

    choose_port dnsmasq
    service dnsmasq -k -C /dev/null --port="$dnsmasq_port" --listen-address="$address" \
        --bind-interfaces --no-resolv --no-hosts --pid-file="$directory/dnsmasq.pid" --user= --group=

    choose_port unbound
    configure unbound.conf
    service unbound -d -c "$directory/unbound.conf"

    choose_port kamailio
    configure kamailio.cfg
    service kamailio -DD -E -n 1 -f "$directory/kamailio.cfg" -P "$directory/kamailio.pid" \
        -Y "$directory"

    choose_port ngircd
    configure ngircd.conf
    service ngircd -n -f "$directory/ngircd.conf"

    if has rpcbind; then
        choose_port rpcbind
        # Its socket has a fixed name under /run, which this one must not share with the machine.
        daemon unshare --mount sh -c 'mount -t tmpfs tmpfs /run && exec rpcbind -f -h "$1"' - "$address"
    fi
}
