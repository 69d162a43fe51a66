use super::*;

const GREETING: &str = "会議室プリンター 受付";

#[test]
fn japanese_encodings_are_told_apart() {
    for (encoding, charset) in [
        (SHIFT_JIS, Charset::ShiftJis),
        (EUC_JP, Charset::EucJp),
        (ISO_2022_JP, Charset::Iso2022Jp),
    ] {
        let (bytes, _, _) = encoding.encode(GREETING);
        assert_eq!(detect(&bytes), charset);
        assert_eq!(decode(&bytes, 100), GREETING);
    }
    assert_eq!(detect(GREETING.as_bytes()), Charset::Utf8);
}

#[test]
fn half_width_katakana_are_read_in_every_encoding() {
    let words = "220 ﾌｧｲﾙｻｰﾊﾞ ﾌﾟﾘﾝﾀ";
    let (sjis, _, _) = SHIFT_JIS.encode(words);
    assert_eq!((detect(&sjis), decode(&sjis, 100).as_str()), (Charset::ShiftJis, words));
    let (euc, _, _) = EUC_JP.encode(words);
    assert_eq!((detect(&euc), decode(&euc, 100).as_str()), (Charset::EucJp, words));
    assert_eq!(decode(words.as_bytes(), 100), words);
    // JIS X 0201 katakana behind `ESC ( I` are outside RFC 1468 and are sent all the same.
    let jis = b"220 \x1b(I\x4c\x5f\x58\x5d\x40\x1b(B ready";
    assert_eq!((detect(jis), decode(jis, 100).as_str()), (Charset::Iso2022Jp, "220 ﾌﾟﾘﾝﾀ ready"));
}

#[test]
fn half_and_full_width_may_stand_side_by_side() {
    let words = "会議室ﾌﾟﾘﾝﾀｰ（2階）";
    let (sjis, _, _) = SHIFT_JIS.encode(words);
    assert_eq!(decode(&sjis, 100), words);
    let (euc, _, _) = EUC_JP.encode(words);
    assert_eq!(decode(&euc, 100), words);
}

#[test]
fn foreign_bytes_around_a_text_do_not_spoil_it() {
    let (sjis, _, _) = SHIFT_JIS.encode("会議室プリンター");
    let framed = [b"\x01\xff\x02", &sjis[..], b"\xfd\x03"].concat();
    assert!(decode(&framed, 100).contains("会議室プリンター"), "{}", decode(&framed, 100));
    let (euc, _, _) = EUC_JP.encode("会議室プリンター");
    let framed = [b"\x01\xff\x02", &euc[..], b"\xff\x03"].concat();
    assert!(decode(&framed, 100).contains("会議室プリンター"), "{}", decode(&framed, 100));
    for [before, behind] in [[b"\xfe\x02", b"\xff\x03"], [b"\x80\x02", b"\x03\x04"]] {
        let framed = [before, "会議室プリンター".as_bytes(), behind].concat();
        assert!(decode(&framed, 100).contains("会議室プリンター"), "{}", decode(&framed, 100));
    }
    let (jis, _, _) = ISO_2022_JP.encode("会議室プリンター");
    let framed = [b"\x01\x80\x02", &jis[..], b"\x80\x03"].concat();
    assert!(decode(&framed, 100).contains("会議室プリンター"), "{}", decode(&framed, 100));
}

#[test]
fn a_character_cut_by_the_end_does_not_change_the_encoding() {
    let bytes = GREETING.as_bytes();
    assert_eq!(detect(&bytes[..bytes.len() - 1]), Charset::Utf8);
    let (sjis, _, _) = SHIFT_JIS.encode(GREETING);
    assert_eq!(detect(&sjis[..sjis.len() - 1]), Charset::ShiftJis);
    let (euc, _, _) = EUC_JP.encode(GREETING);
    assert_eq!(detect(&euc[..euc.len() - 1]), Charset::EucJp);
}

#[test]
fn bytes_of_no_japanese_encoding_are_still_shown() {
    assert_eq!(decode(b"Ger\xe4t \xfc\xff", 100), "Gerät üÿ");
}

#[test]
fn a_label_is_believed_where_the_bytes_fit_it() {
    let (sjis, _, _) = SHIFT_JIS.encode(GREETING);
    assert_eq!(to_unicode(&sjis, Some("x-sjis")), GREETING);
    // Wrong, unknown and missing labels are made up for.
    for label in [Some("utf-8"), Some("utf-16"), Some("cp932"), None] {
        assert_eq!(to_unicode(&sjis, label), GREETING, "{label:?}");
    }
    assert_eq!(to_unicode(b"caf\xe9", Some("iso-8859-1")), "café");
    assert_eq!(to_unicode(b"\xff\xfe\xd7\x53\xd8\x4e", Some("shift_jis")), "受付");
    assert_eq!(to_unicode(b"\xef\xbb\xbfa\nb", None), "a\nb");
}

#[test]
fn control_and_direction_characters_are_made_visible() {
    assert_eq!(decode("a\x1b[2Jb\u{202e}c\r\nd\te\r\n".as_bytes(), 100), "a·[2Jb·c d e");
    assert_eq!(one_line("a\u{202e}b", 100), "a·b");
}

#[test]
fn the_limit_counts_characters_and_a_cut_is_shown() {
    assert_eq!(decode("受付受付受付".as_bytes(), 4), "受付受…");
    assert_eq!(decode("受付".as_bytes(), 2), "受付");
    assert_eq!(decode(b"abc", 0), "");
}
