"""Whether what a tool claims of a service is true."""

import re
from dataclasses import dataclass, field

RIGHT, BROAD, UNKNOWN, WRONG = "right", "broad", "unknown", "wrong"

# What tools write where they recognised nothing.
NOTHING = {"", "unknown", "silent", "tls", "tcpwrapped", "printer"}
# Names of protocols that nmap writes where a product belongs.
NO_PRODUCT = {"vnc", "x11", "rpcbind", "telnet", "socks5"}


@dataclass
class Truth:
    protocols: list
    products: list = field(default_factory=list)
    versions: list = field(default_factory=list)


@dataclass
class Claim:
    protocol: str = ""
    product: str = ""
    version: str = ""

    def __str__(self):
        words = [self.protocol or "-", self.product, self.version]
        return " ".join(word for word in words if word)


@dataclass
class Verdict:
    protocol: str
    product: str
    version: str

    @property
    def overall(self):
        """Right needs protocol, product and version; one wrong word makes all of it wrong."""
        parts = (self.protocol, self.product, self.version)
        if WRONG in parts:
            return WRONG
        if all(part == RIGHT for part in parts):
            return RIGHT
        if self.product == RIGHT:
            return "product"
        return "protocol" if self.protocol == RIGHT else UNKNOWN


def judge(truth, claim):
    protocol, product = judge_protocol(truth, claim), judge_product(truth, claim)
    # A number without a product is the version of a protocol.
    version = judge_version(truth, claim) if product != UNKNOWN else UNKNOWN
    return Verdict(protocol, product, version)


def judge_protocol(truth, claim):
    word = claim.protocol.lower()
    if word in NOTHING:
        return UNKNOWN
    return RIGHT if word in (name.lower() for name in truth.protocols) else WRONG


def judge_product(truth, claim):
    name = claim.product.lower()
    if not name or name in NO_PRODUCT:
        return UNKNOWN
    # `MySQL 5.5.5-10.11.19-MariaDB` names the product all the same.
    told = f"{name} {claim.version.lower()}"
    return RIGHT if any(word in told for word in truth.products) else WRONG


def judge_version(truth, claim):
    """`9.2p1 Debian 2` is right for 9.2p1, `2.4` is broad for 2.4.2, and so is `9.6 or later` for 15."""
    if not claim.version:
        return UNKNOWN
    if any(says(claim.version, version) for version in truth.versions):
        return RIGHT
    if any(is_broad(claim.version, version) for version in truth.versions):
        return BROAD
    return WRONG


def says(text, version):
    return re.search(rf"(?<![\w.]){re.escape(version)}(?![\w.])", text) is not None


def is_broad(text, version):
    claimed = re.match(r"[\w.]+", text)
    if not claimed:
        return False
    if version.startswith(claimed.group() + "."):
        return True
    return text.endswith(" or later") and numbers(claimed.group()) <= numbers(version)


def numbers(version):
    return [int(number) for number in re.findall(r"\d+", version)]
