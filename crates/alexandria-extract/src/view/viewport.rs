//! The size of a page with a fixed layout (EPUB 3.3 §8.2.2.6). A page without a size is rendered as reflowable.

/// Greatest width and height of a page, in CSS pixels.
const MAX_SIDE_PX: u32 = 20_000;

/// Whether a page can be so many CSS pixels wide or high.
pub(super) const fn is_side(px: u32) -> bool {
    0 < px && px <= MAX_SIDE_PX
}

/// Width and height in a viewport such as `width=600, height=800`. Keywords such as `device-width` are not a size.
pub(super) fn size_in(viewport: &str) -> Option<(u32, u32)> {
    let side = |wanted: &str| {
        let value = viewport.split([',', ';']).find_map(|field| {
            let (name, value) = field.split_once('=')?;
            (name.trim() == wanted).then(|| value.trim().trim_end_matches("px"))
        })?;
        value.parse().ok().filter(|side| is_side(*side))
    };
    Some((side("width")?, side("height")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn size_in_reads_numbers_within_bounds() {
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
