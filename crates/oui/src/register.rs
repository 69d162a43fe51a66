use std::cmp::Ordering;

/// The register: rows of a prefix in capital hexadecimal digits, a blank and the holder, in the
/// order of their bytes. `cargo xtask vendors` makes it.
const REGISTER: &str = include_str!("../registry/assignments.txt");

/// The day of the register.
const AS_OF: &str = include_str!("../registry/as_of.txt").trim_ascii_end();

/// How many digits the prefixes of MA-S (and IAB), MA-M and MA-L have.
const PREFIXES: [usize; 3] = [9, 7, 6];

/// The day on which the embedded register was published, as in `2026-01-31`. What IEEE assigned
/// later is not in it.
pub fn as_of() -> &'static str {
    AS_OF
}

/// Who holds the smallest block that `mac` lies in.
pub(crate) fn holder(mac: [u8; 6]) -> Option<&'static str> {
    let digits = mac.map(|byte| format!("{byte:02X}")).concat();
    PREFIXES.into_iter().find_map(|length| holder_of(digits.get(..length)?))
}

/// Who holds the block of `prefix`, by halving the register.
fn holder_of(prefix: &str) -> Option<&'static str> {
    let mut rows = REGISTER;
    loop {
        let (before, row, after) = split_in_the_middle(rows)?;
        let (found, holder) = row.split_once(' ')?;
        rows = match found.cmp(prefix) {
            Ordering::Equal => return Some(holder),
            Ordering::Greater => before,
            Ordering::Less => after,
        };
    }
}

/// The row in the middle of `rows`, and the rows on both sides of it; none where there are none.
fn split_in_the_middle(rows: &str) -> Option<(&str, &str, &str)> {
    let first_half = rows.as_bytes().get(..rows.len() / 2)?;
    let start = first_half.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    let (before, rest) = rows.split_at_checked(start)?;
    let (row, after) = rest.split_once('\n')?;
    Some((before, row, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows() -> impl Iterator<Item = (&'static str, &'static str)> {
        REGISTER.lines().map(|row| row.split_once(' ').unwrap())
    }

    #[test]
    fn rows_are_in_order_and_no_prefix_comes_twice() {
        assert!(rows().count() > 50_000);
        assert!(rows().map(|row| row.0).is_sorted_by(|one, next| one < next));
        assert!(REGISTER.lines().is_sorted() && REGISTER.ends_with('\n'));
    }

    #[test]
    fn every_row_is_well_formed() {
        for (prefix, holder) in rows() {
            assert!(PREFIXES.contains(&prefix.len()), "{prefix}");
            let is_digit = |digit: u8| matches!(digit, b'0'..=b'9' | b'A'..=b'F');
            assert!(prefix.bytes().all(is_digit), "{prefix}");
            assert!(!holder.is_empty() && holder.trim() == holder, "{prefix} {holder}");
            assert!(!holder.chars().any(char::is_control), "{prefix} {holder}");
        }
    }

    #[test]
    fn every_row_is_found_by_its_prefix() {
        for (prefix, name) in rows() {
            assert_eq!(holder_of(prefix), Some(name), "{prefix}");
        }
    }

    #[test]
    fn every_row_is_the_answer_for_some_address() {
        for (prefix, name) in rows() {
            let is_answer = |number: u64| {
                let width = 12 - prefix.len();
                let address = format!("{prefix}{:0>width$}", format!("{number:03X}"));
                let number = u64::from_str_radix(&address, 16).unwrap();
                holder(*number.to_be_bytes().last_chunk().unwrap()) == Some(name)
            };
            // The blocks inside one of six digits differ in the next three.
            let step = if prefix.len() == 6 { 0x1000 } else { 1 };
            assert!((0..0x1000).any(|number| is_answer(number * step)), "{prefix} {name}");
        }
    }

    #[test]
    fn what_is_not_in_the_register_is_not_found() {
        for prefix in ["", "0", "00000", "FFFFFF", "zzz", "00A0DE0", "00A0DE000"] {
            assert_eq!(holder_of(prefix), None, "{prefix}");
        }
    }

    #[test]
    fn the_day_is_a_date() {
        let shape: String =
            as_of().chars().map(|it| if it.is_ascii_digit() { '0' } else { it }).collect();
        assert_eq!(shape, "0000-00-00");
    }
}
