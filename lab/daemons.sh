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

# start_transmission NAME preferred|required [dht]: encryption as said; NAME-rpc is its web page. It
# speaks µTP, or instead of that it is in the DHT, which asks the internet for a way in: scenarios
# with it run where there is none.
start_transmission() {
    local folder="$directory/$1" encryption=1 dht=false utp=true
    need transmission-daemon transmission-daemon
    [[ $2 != required ]] || encryption=2
    [[ ${3:-} != dht ]] || { dht=true; utp=false; }
    choose_port "$1"
    local peer_port=${ready[-1]#*=}
    choose_port "$1-rpc"
    install -d -m 0755 "$folder"
    cat >"$folder/settings.json" <<SETTINGS
{
    "bind-address-ipv4": "$address",
    "dht-enabled": $dht,
    "download-dir": "$folder",
    "encryption": $encryption,
    "lpd-enabled": false,
    "peer-port": $peer_port,
    "port-forwarding-enabled": false,
    "rpc-bind-address": "$address",
    "rpc-port": ${ready[-1]#*=},
    "rpc-whitelist-enabled": false,
    "utp-enabled": $utp
}
SETTINGS
    daemon transmission-daemon -f -g "$folder"
}

# start_amule NAME [kad]: without the network of servers; over UDP it has the same port.
start_amule() {
    local kad=0
    need amuled amule-daemon
    [[ ${2:-} != kad ]] || kad=1
    choose_port "$1"
    local port=${ready[-1]#*=}
    # It refuses to run without a way to be controlled.
    choose_port "$1-control"
    install -d -m 0755 "$directory/amule"
    cat >"$directory/amule/amule.conf" <<SETTINGS
[eMule]
Address=$address
Port=$port
UDPPort=$port
UDPEnable=1
ConnectToED2K=0
ConnectToKad=$kad
Autoconnect=1
FilterLanIPs=0
UPnPEnabled=0
TempDir=$directory/amule
IncomingDir=$directory/amule
[ExternalConnect]
AcceptExternalConnections=1
ECAddress=$address
ECPort=${ready[-1]#*=}
ECPassword=$(printf lab | md5sum | cut -d ' ' -f 1)
SETTINGS
    daemon env HOME="$directory" amuled -c "$directory/amule" -o
}

# start_uhub NAME: a hub of Direct Connect.
start_uhub() {
    need uhub uhub
    choose_port "$1"
    : >"$directory/users.conf"
    printf '%s\n' "server_port=${ready[-1]#*=}" "server_bind_addr=$address" \
        "file_acl=$directory/users.conf" >"$directory/uhub.conf"
    daemon uhub -c "$directory/uhub.conf"
}

# start_winny NAME MANNER: see winny.py.
start_winny() {
    need python3 python3
    choose_port "$1"
    daemon python3 "$here/winny.py" "$address" "${ready[-1]#*=}" "$2"
}
