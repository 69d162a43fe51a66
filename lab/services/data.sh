# Databases, caches, brokers and directories.

postgresql=$(printf '%s\n' /usr/lib/postgresql/*/bin | tail -1)

# Both databases make their files at the same time.
prepare_data() {
    make "$postgresql/initdb" -D "$directory/postgresql" --no-sync -E UTF8 --locale C -A reject &
    make mariadb-install-db --no-defaults --datadir="$directory/mariadb" \
        --auth-root-authentication-method=normal --skip-test-db \
        --innodb-log-file-size=4M &
    wait
    make mkdir -p "$directory/slapd"
}

start_data() {
    choose_port mariadb
    # Without an account for other hosts the server refuses them before it greets.
    printf "CREATE USER lab@'%%' IDENTIFIED BY '%s';\n" "$secret" >"$directory/mariadb.sql"
    chmod 0644 "$directory/mariadb.sql"
    service mariadbd --no-defaults --datadir="$directory/mariadb" --socket="$directory/mariadb.sock" \
        --pid-file="$directory/mariadb.pid" --bind-address="$address" --port="$mariadb_port" \
        --init-file="$directory/mariadb.sql" --innodb-log-file-size=4M --skip-name-resolve

    choose_port postgresql
    echo 'host all all 0.0.0.0/0 scram-sha-256' >"$directory/postgresql/pg_hba.conf"
    service "$postgresql/postgres" -D "$directory/postgresql" -h "$address" -p "$postgresql_port" \
        -c unix_socket_directories= -c fsync=off -c dynamic_shared_memory_type=mmap

    choose_port redis
    service redis-server --bind "$address" --port "$redis_port" --protected-mode no --save '' \
        --dir "$directory"

    choose_port memcached
    service memcached -l "$address" -p "$memcached_port" -U 0 -m 16

    choose_port mosquitto
    configure mosquitto.conf
    service mosquitto -c "$directory/mosquitto.conf"

    choose_port slapd
    configure slapd.conf
    service slapd -d 0 -h "ldap://$address:$slapd_port" -f "$directory/slapd.conf"
}
