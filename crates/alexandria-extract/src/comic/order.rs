//! The order of pages: by path, one folder after the other, with numbers as numbers.

use std::cmp::Ordering;

/// Compares two paths. Folder by folder, so that `Chapter 60/2.png` comes before `Chapter 60 (2)/1.png`.
pub(super) fn compare(one: &str, other: &str) -> Ordering {
    let (mut one_parts, mut other_parts) = (one.split('/'), other.split('/'));
    loop {
        let order = match (one_parts.next(), other_parts.next()) {
            (Some(one), Some(other)) => compare_names(one, other),
            (one_part, other_part) => {
                // Names that differ only in case or leading zeros are still not equal.
                return one_part.is_some().cmp(&other_part.is_some()).then_with(|| one.cmp(other));
            }
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

/// Compares two names: digits by their number, letters without their case.
fn compare_names(one: &str, other: &str) -> Ordering {
    let (mut one, mut other) = (one, other);
    while let (Some(first), Some(second)) = (one.chars().next(), other.chars().next()) {
        let order = if first.is_ascii_digit() && second.is_ascii_digit() {
            let ((number, one_rest), (other_number, other_rest)) = (digits(one), digits(other));
            (one, other) = (one_rest, other_rest);
            // Without leading zeros, the longer one is greater; no number is too long.
            number.len().cmp(&other_number.len()).then_with(|| number.cmp(other_number))
        } else {
            one = one.strip_prefix(first).unwrap_or_default();
            other = other.strip_prefix(second).unwrap_or_default();
            first.to_lowercase().cmp(second.to_lowercase())
        };
        if order != Ordering::Equal {
            return order;
        }
    }
    one.len().cmp(&other.len())
}

/// The digits at the beginning, without leading zeros, and what follows them.
fn digits(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    (digits.trim_start_matches('0'), rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_in_the_order_of_reading() {
        let check = |sorted: &[&str]| {
            let mut found: Vec<&str> = sorted.iter().rev().copied().collect();
            found.sort_by(|one, other| compare(one, other));
            assert_eq!(found, sorted);
        };
        check(&["1.png", "2.png", "10.png"]);
        check(&["page 09.jpg", "page 10.jpg", "page 100.jpg"]);
        check(&["Chapter 60/1.png", "Chapter 60/2.png", "Chapter 60 (2)/1.png", "Chapter 61/1.png"]);
        check(&["cover.png", "Chapter 1/1.png"].map(|name| name).iter().rev().copied().collect::<Vec<_>>());
        check(&["a1b2.png", "a1b10.png", "a2b1.png"]);
        check(&["99999999999999999999998.png", "99999999999999999999999.png"]);
        check(&["01.png", "1.png", "2.png"]);
    }

    proptest::proptest! {
        /// Law: it is a total order, so sorting never panics, and only equal paths are equal.
        #[test]
        fn compare_is_a_total_order(one in "[a-c0-2/ ]{0,6}", two in "[a-c0-2/ ]{0,6}", three in "[a-c0-2/ ]{0,6}") {
            proptest::prop_assert_eq!(compare(&one, &two), compare(&two, &one).reverse());
            proptest::prop_assert_eq!(compare(&one, &two) == Ordering::Equal, one == two);
            if compare(&one, &two) != Ordering::Greater && compare(&two, &three) != Ordering::Greater {
                proptest::prop_assert_ne!(compare(&one, &three), Ordering::Greater);
            }
        }
    }
}
