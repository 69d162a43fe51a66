# Ways to work on this machine from another one.

start_remote() {
    choose_port openssh
    configure sshd_config
    make ssh-keygen -q -t ed25519 -N '' -f "$directory/openssh_key"
    service "$(command -v sshd)" -D -e -f "$directory/sshd_config"

    choose_port dropbear
    make dropbearkey -t ed25519 -f "$directory/dropbear_key"
    service dropbear -F -E -p "$address:$dropbear_port" -r "$directory/dropbear_key" -P ''

    choose_port telnet
    service python3 "$here/inetd.py" "$address" "$telnet_port" "$(command -v telnetd)" \
        -E "$source/login"

    start_desktops

    choose_port xrdp
    configure xrdp.ini
    service xrdp --nodaemon --config "$directory/xrdp.ini"
}

# One desktop that is shared by its own X server, one by a program beside the X server.
start_desktops() {
    local display=$((100 + RANDOM % 800)) transport=-nolisten
    # X servers make this folder as root only; it is the one that Debian makes when it boots.
    [[ -d /tmp/.X11-unix ]] || mkdir -m 1777 /tmp/.X11-unix

    choose_port tigervnc
    service Xtigervnc ":$((display + 1))" -rfbport "$tigervnc_port" -interface "$address" \
        -localhost 0 -SecurityTypes None -geometry 320x240 -nolisten tcp

    if has x11; then
        choose_port x11
        display=$((x11_port - 6000)) transport=-listen
    fi
    service Xvfb ":$display" -screen 0 320x240x16 "$transport" tcp -ac
    for _ in {1..200}; do [[ ! -S /tmp/.X11-unix/X$display ]] || break; sleep 0.05; done

    choose_port x11vnc
    service x11vnc -quiet -display ":$display" -rfbport "$x11vnc_port" -listen "$address" \
        -no6 -noipv6 -nopw -forever -shared -noxdamage
}
