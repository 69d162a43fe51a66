# Makes the certificates of the laboratory, for `start` to source: NAME.pem and NAME.key for each
# name in `certificates`, and `ca.pem`, the root.

certificates=(good expired not-yet-valid wrong-host self-signed rsa1024 sha1 expiring
    missing-intermediate ip-only tls10)
declare -A protocols=([tls10]=TLSv1)

export LAB_DIRECTORY=$directory LAB_ADDRESS=$address OPENSSL_CONF=$source/authority.cnf

# openssl, its chatter on standard error only where it fails.
quietly() { openssl "$@" 2>"$directory/openssl.log" || { cat "$directory/openssl.log" >&2; exit 1; }; }

# new_key NAME [KIND]: a key and a request for a certificate.
new_key() {
    local kind=(-newkey ec -pkeyopt ec_paramgen_curve:P-256)
    [[ -z ${2:-} ]] || kind=(-newkey "$2")
    quietly req -new "${kind[@]}" -nodes -subj "/CN=lab $1" \
        -keyout "$directory/$1.key" -out "$directory/$1.csr"
}

# sign NAME SECTION ISSUER [OPTION…]: a certificate for the request NAME.
sign() {
    quietly ca -batch -notext -extensions "$2" -cert "$directory/$3.pem" \
        -keyfile "$directory/$3.key" -in "$directory/$1.csr" -out "$directory/$1.pem" "${@:4}"
}

# day OFFSET: a time as `openssl ca` takes it.
day() { date -u -d "$1" +%Y%m%d%H%M%SZ; }

mkdir "$directory/issued"
: >"$directory/index.txt"
for name in ca intermediate good expired not-yet-valid wrong-host self-signed sha1 expiring \
    missing-intermediate ip-only; do
    new_key "$name"
done
new_key rsa1024 rsa:1024
new_key tls10 rsa:2048

quietly req -x509 -key "$directory/ca.key" -in "$directory/ca.csr" -days 365 -extensions root \
    -out "$directory/ca.pem"
sign intermediate intermediate ca -days 200
sign good leaf intermediate
sign expired leaf ca -startdate "$(day '-90 days')" -enddate "$(day '-1 day')"
sign not-yet-valid leaf ca -startdate "$(day '+7 days')" -enddate "$(day '+90 days')"
sign wrong-host wrong_host ca
quietly req -x509 -key "$directory/self-signed.key" -in "$directory/self-signed.csr" -days 90 \
    -extensions self_signed -out "$directory/self-signed.pem"
sign rsa1024 leaf ca
sign sha1 leaf ca -md sha1
sign expiring leaf ca -days 10
sign missing-intermediate leaf intermediate
sign ip-only ip_only ca
sign tls10 leaf ca
cat "$directory/intermediate.pem" >>"$directory/good.pem"
