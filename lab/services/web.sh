# Web servers, what is administered or heard through HTTP, and proxies.

start_web() {
    choose_port nginx
    choose_port nginx-tls
    configure nginx.conf
    service nginx -e "$directory/log" -p "$directory" -c "$directory/nginx.conf"

    choose_port apache
    configure apache.conf
    service apache2 -d "$directory" -f "$directory/apache.conf" -D FOREGROUND

    choose_port lighttpd
    configure lighttpd.conf
    service lighttpd -D -f "$directory/lighttpd.conf"

    choose_port python
    service python3 -m http.server --bind "$address" --directory "$directory/site" "$python_port"

    choose_port cups
    configure cupsd.conf
    configure cups-files.conf
    make mkdir -p "$directory/cups/spool/tmp" "$directory/cups/cache" "$directory/cups/state" \
        "$directory/cups/log" "$directory/cups/root/ppd"
    service cupsd -f -c "$directory/cupsd.conf" -s "$directory/cups-files.conf"

    choose_port icecast
    configure icecast.xml
    service icecast2 -c "$directory/icecast.xml"

    choose_port etcd
    service etcd --data-dir "$directory/etcd" --listen-client-urls "http://$address:$etcd_port" \
        --advertise-client-urls "http://$address:$etcd_port" --listen-peer-urls "http://$address:0"

    start_media
    start_proxies
}

start_media() {
    choose_port transmission
    choose_port transmission-peers
    make mkdir -p "$directory/transmission"
    configure settings.json
    make cp "$directory/settings.json" "$directory/transmission/settings.json"
    service transmission-daemon --foreground --config-dir "$directory/transmission" \
        --download-dir "$directory/transmission"

    has minidlna || return 0
    choose_port minidlna
    make mkdir -p "$directory/minidlna"
    configure minidlna.conf
    service minidlnad -S -f "$directory/minidlna.conf" -P "$directory/minidlna.pid"
}

start_proxies() {
    choose_port tinyproxy
    configure tinyproxy.conf
    service tinyproxy -d -c "$directory/tinyproxy.conf"

    choose_port squid
    configure squid.conf
    # Its shared memory is named after its service, one for each laboratory.
    service squid -n "lab$squid_port" -N -f "$directory/squid.conf"

    choose_port microsocks
    service microsocks -i "$address" -p "$microsocks_port"

    has dante || return 0
    choose_port dante
    configure danted.conf
    service danted -N 1 -f "$directory/danted.conf" -p "$directory/danted.pid"
}
