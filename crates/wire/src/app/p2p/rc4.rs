/// The keystream of RC4 for one direction. It hides nothing from anybody any more; Winny's packets
/// cannot be read without it.
#[derive(Clone)]
pub(super) struct Rc4 {
    state: [u8; 256],
    i: u8,
    j: u8,
}

impl Rc4 {
    /// The keystream of `key`, of which the first 256 bytes count.
    pub(super) fn new(key: &[u8]) -> Self {
        let mut rc4 = Self { state: [0; 256], i: 0, j: 0 };
        for (entry, value) in rc4.state.iter_mut().zip(0..=u8::MAX) {
            *entry = value;
        }
        let mut j = 0_u8;
        for (i, key) in (0..=u8::MAX).zip(key.iter().cycle()) {
            j = j.wrapping_add(rc4.at(i)).wrapping_add(*key);
            rc4.state.swap(usize::from(i), usize::from(j));
        }
        rc4
    }

    /// `bytes` encrypted, or decrypted: it is the same.
    pub(super) fn apply(&mut self, bytes: &[u8]) -> Vec<u8> {
        bytes.iter().map(|byte| byte ^ self.key_byte()).collect()
    }

    /// As [`apply`](Self::apply), for a field of known length.
    pub(super) fn apply_array<const N: usize>(&mut self, bytes: [u8; N]) -> [u8; N] {
        bytes.map(|byte| byte ^ self.key_byte())
    }

    fn key_byte(&mut self) -> u8 {
        self.i = self.i.wrapping_add(1);
        self.j = self.j.wrapping_add(self.at(self.i));
        self.state.swap(usize::from(self.i), usize::from(self.j));
        self.at(self.at(self.i).wrapping_add(self.at(self.j)))
    }

    #[expect(clippy::indexing_slicing, reason = "a byte is below 256")]
    fn at(&self, index: u8) -> u8 {
        self.state[usize::from(index)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6229 section 2: the first 16 bytes of the keystream, and those from offset 240.
    #[test]
    fn the_vectors_of_rfc_6229_come_out() {
        for (key, first, later) in [
            (
                &[1, 2, 3, 4, 5][..],
                0xb239_6305_f03d_c027_ccc3_524a_0a11_18a8_u128,
                0x28cb_1132_c96c_e286_421d_caad_b8b6_9eae_u128,
            ),
            (
                &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16],
                0x9ac7_cc9a_609d_1ef7_b293_2899_cde4_1b97,
                0x0659_02e4_b620_f6cc_36c8_589f_6643_2f2b,
            ),
        ] {
            let stream = Rc4::new(key).apply(&[0; 256]);
            assert_eq!(stream[..16], first.to_be_bytes());
            assert_eq!(stream[240..], later.to_be_bytes());
        }
    }

    #[test]
    fn what_is_encrypted_in_pieces_is_decrypted_at_once() {
        let mut cipher = Rc4::new(b"key");
        let mut hidden = cipher.apply_array(*b"ab").to_vec();
        hidden.extend(cipher.apply(b"cde"));
        assert_eq!(Rc4::new(b"key").apply(&hidden), b"abcde");
    }
}
