//! What Windows says, composed from the specifications and their examples.

/// The challenge of a host with `build` in the domain `office.example` (MS-NLMP 2.2.1.2, laid out
/// as the example in 4.2.4.3).
pub(super) fn challenge(major: u8, minor: u8, build: u16) -> Vec<u8> {
    let pairs = [
        pair(2, "OFFICE"),
        pair(1, "RECEPTION-PC"),
        pair(4, "office.example"),
        pair(3, "reception-pc.office.example"),
        vec![0; 4],
    ]
    .concat();
    let target = utf16("OFFICE");
    let place = |length: usize, offset: u32| {
        let length = u16::try_from(length).unwrap().to_le_bytes();
        [&length[..], &length, &offset.to_le_bytes()].concat()
    };
    let end_of_target = 56 + u32::try_from(target.len()).unwrap();
    let build = build.to_le_bytes();
    [
        b"NTLMSSP\0\x02\0\0\0".to_vec(),
        place(target.len(), 56),
        b"\x15\x82\x89\xa2\x01\x23\x45\x67\x89\xab\xcd\xef\0\0\0\0\0\0\0\0".to_vec(),
        place(pairs.len(), end_of_target),
        vec![major, minor, build[0], build[1], 0, 0, 0, 15],
        target,
        pairs,
    ]
    .concat()
}

/// `AV_PAIR` (MS-NLMP 2.2.2.1).
fn pair(id: u16, text: &str) -> Vec<u8> {
    let text = utf16(text);
    let length = u16::try_from(text.len()).unwrap();
    [&id.to_le_bytes()[..], &length.to_le_bytes(), &text].concat()
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// An element of ASN.1 with up to 65,535 bytes (X.690).
pub(super) fn element(tag: u8, contents: &[u8]) -> Vec<u8> {
    let [high, low] = u16::try_from(contents.len()).unwrap().to_be_bytes();
    [&[tag, 0x82, high, low], contents].concat()
}

/// `NegTokenResp` with `token` (RFC 4178 section 4.2.2).
pub(super) fn negotiation(token: &[u8]) -> Vec<u8> {
    let fields = [b"\xa0\x03\x0a\x01\x01".to_vec(), element(0xa2, &element(0x04, token))];
    element(0xa1, &element(0x30, &fields.concat()))
}

/// A message of SMB 2 in its framing (MS-SMB2 2.2.1.2 and 2.1).
fn smb2(command: u8, status: u32, body: &[u8]) -> Vec<u8> {
    let mut message = [&b"\xfeSMB\x40\0\0\0"[..], &status.to_le_bytes()].concat();
    message.extend([command, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, command]);
    message.resize(64, 0);
    message.extend(body);
    let length = u32::try_from(message.len()).unwrap().to_be_bytes();
    [&length[..], &message].concat()
}

/// NEGOTIATE response of dialect 3.1.1 with signing enabled, which would compress by LZNT1
/// (MS-SMB2 2.2.4 and 2.2.4.1.3).
pub(super) fn smb2_negotiated() -> Vec<u8> {
    let integrity = b"\x01\0\x26\0\0\0\0\0\x01\0\x20\0\x01\0".to_vec();
    let salt = [7; 32];
    let compression = b"\x03\0\x0a\0\0\0\0\0\x01\0\0\0\0\0\0\0\x01\0";
    let body = [
        b"\x41\0\x01\0\x11\x03\x02\0".to_vec(),
        (0..16).collect(),
        vec![0; 16],
        // 2026-11-23T23:33:20Z, and no start.
        116_444_736_000_000_000_u64.wrapping_add(17_954_768_000_000_000).to_le_bytes().to_vec(),
        vec![0; 8],
        // No security buffer; contexts behind 64 bytes of this body.
        b"\x80\0\0\0\x80\0\0\0".to_vec(),
        integrity,
        salt.to_vec(),
        vec![0; 2],
        compression.to_vec(),
    ];
    smb2(0, 0, &body.concat())
}

/// `SESSION_SETUP` response that brings a challenge (MS-SMB2 2.2.6).
pub(super) fn smb2_challenge(token: &[u8]) -> Vec<u8> {
    let length = u16::try_from(token.len()).unwrap().to_le_bytes();
    smb2(1, 0xc000_0016, &[b"\x09\0\0\0\x48\0", &length[..], token].concat())
}

/// Connection Confirm (MS-RDPBCGR 2.2.1.2) with a negotiation of `kind` and its `value`.
pub(super) fn rdp_confirm(kind: u8, value: u8) -> Vec<u8> {
    vec![3, 0, 0, 19, 14, 0xd0, 0, 0, 0x12, 0x34, 0, kind, 0x1f, 8, 0, value, 0, 0, 0]
}

/// `TSRequest` with `token` (MS-CSSP 2.2.1).
pub(super) fn ts_request(token: &[u8]) -> Vec<u8> {
    let one = element(0x30, &element(0xa0, &element(0x04, token)));
    let tokens = element(0xa1, &element(0x30, &one));
    element(0x30, &[&b"\xa0\x03\x02\x01\x06"[..], &tokens].concat())
}
