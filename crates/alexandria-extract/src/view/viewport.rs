//! The size of a page that is laid out to the pixel (EPUB 3.3 §8.2.2.6). Without a size it is shown as any other.

/// Most pixels a side of a page may have.
const MAX_SIDE: u32 = 20_000;

/// Width and height in a viewport such as `width=600, height=800`. Words such as `device-width` are no size.
pub(super) fn size_in(viewport: &str) -> Option<(u32, u32)> {
    let side = |wanted: &str| {
        let value = viewport.split([',', ';']).find_map(|field| {
            let (name, value) = field.split_once('=')?;
            (name.trim() == wanted).then(|| value.trim().trim_end_matches("px"))
        })?;
        value.parse().ok().filter(|side| (1..=MAX_SIDE).contains(side))
    };
    Some((side("width")?, side("height")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_numbers_within_reason_are_a_size() {
        let check = |viewport: &str, expect: Option<(u32, u32)>| assert_eq!(size_in(viewport), expect, "{viewport}");
        check("width=600, height=800", Some((600, 800)));
        check("height = 800px;width=600px", Some((600, 800)));
        check("width=600,height=800,initial-scale=1", Some((600, 800)));
        check("width=device-width, height=800", None);
        check("width=600", None);
        check("width=0, height=800", None);
        check("width=600, height=20001", None);
        check("width=-1, height=800", None);
        check("", None);
    }
}
