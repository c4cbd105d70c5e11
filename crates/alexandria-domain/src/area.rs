//! Areas of pages with a fixed layout: what a locator holds in addition to the quote when the page is a picture or a PDF page.
//!
//! Coordinates are whole hundredths of a page unit, with x to the right and y **upwards**:
//!
//! - PDF: the unit is the point, 1/72 inch, in the default user space of the page (ISO 32000-1 §8.3.2.3), before
//!   rotation, crop box and `UserUnit` are applied. A drawing program applies those; a locator never does.
//! - Pages that are one picture (comics, scans): the origin is the lower left corner, and the unit is one thousandth of
//!   the picture's width along x and of its height along y, so that another resolution of the picture changes nothing.
//!
//! The quote decides where a locator leads. Areas are a hint, except where a page has no text.

/// Highest page index of an area.
pub const MAX_PAGE: u32 = 999_999;

/// Most quads of one locator, on all of its pages together: a selection of some 20 full pages.
pub const MAX_QUADS: usize = 1_000;

/// Most pages of one locator.
pub const MAX_AREAS: usize = 100;

/// Greatest absolute coordinate, in hundredths of a page unit. Page boxes of PDF are at most 14,400 units wide and high
/// (ISO 32000-1 annex C), but may begin anywhere.
pub const MAX_COORDINATE: i32 = 10_000_000;

/// A point on a page, in hundredths of a page unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Point {
    /// To the right.
    pub x: i32,
    /// Upwards.
    pub y: i32,
}

/// A convex quadrilateral, such as a piece of one line of text. Its corners are named as one sees them when the text is
/// upright, and so follow each other counterclockwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Quad {
    /// Where the baseline begins.
    pub lower_left: Point,
    /// Where the baseline ends.
    pub lower_right: Point,
    /// Above the end of the baseline.
    pub upper_right: Point,
    /// Above the beginning of the baseline.
    pub upper_left: Point,
}

impl Quad {
    /// The corners counterclockwise, from the lower left.
    #[must_use]
    pub const fn corners(&self) -> [Point; 4] {
        [self.lower_left, self.lower_right, self.upper_right, self.upper_left]
    }

    /// A quad of corners given counterclockwise from the lower left.
    #[must_use]
    pub const fn from_corners([lower_left, lower_right, upper_right, upper_left]: [Point; 4]) -> Self {
        Self { lower_left, lower_right, upper_right, upper_left }
    }

    fn validate(&self) -> Result<(), AreaError> {
        let corners = self.corners();
        let is_within =
            |point: &Point| point.x.unsigned_abs().max(point.y.unsigned_abs()) <= MAX_COORDINATE.unsigned_abs();
        if !corners.iter().all(is_within) {
            return Err(AreaError::Coordinate);
        }
        let [a, b, c, d] = corners;
        let turns_left = [(a, b, c), (b, c, d), (c, d, a), (d, a, b)].into_iter().all(|(from, at, to)| {
            let (x1, y1) = (i64::from(at.x) - i64::from(from.x), i64::from(at.y) - i64::from(from.y));
            let (x2, y2) = (i64::from(to.x) - i64::from(at.x), i64::from(to.y) - i64::from(at.y));
            x1 * y2 > y1 * x2
        });
        if turns_left { Ok(()) } else { Err(AreaError::Corners) }
    }
}

/// A part of one page.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PageArea {
    /// Index of the page in the publication, from 0. The label printed on the page is another thing.
    pub page: u32,
    /// What of the page, in reading order; empty for the whole page.
    pub quads: Vec<Quad>,
}

/// The areas of one locator: at most one for each page, in page order. Empty for text without fixed pages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct PageAreas(Vec<PageArea>);

impl PageAreas {
    /// Validates areas.
    ///
    /// # Errors
    /// See [`AreaError`].
    pub fn new(areas: Vec<PageArea>) -> Result<Self, AreaError> {
        if areas.len() > MAX_AREAS || areas.iter().any(|area| area.page > MAX_PAGE) {
            return Err(AreaError::Page);
        }
        if !areas.is_sorted_by(|before, after| before.page < after.page) {
            return Err(AreaError::Order);
        }
        if areas.iter().map(|area| area.quads.len()).sum::<usize>() > MAX_QUADS {
            return Err(AreaError::TooManyQuads);
        }
        areas.iter().flat_map(|area| &area.quads).try_for_each(Quad::validate)?;
        Ok(Self(areas))
    }

    /// Whether the locator has no area.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The areas in page order.
    #[must_use]
    pub fn as_slice(&self) -> &[PageArea] {
        &self.0
    }
}

/// Why areas are invalid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AreaError {
    /// A page beyond [`MAX_PAGE`], or more than [`MAX_AREAS`] pages.
    #[error("page index over {MAX_PAGE}, or more than {MAX_AREAS} pages")]
    Page,
    /// A page that comes twice, or before one with a lower index.
    #[error("pages are not in strictly ascending order")]
    Order,
    /// More than [`MAX_QUADS`] quads.
    #[error("more than {MAX_QUADS} quads")]
    TooManyQuads,
    /// A coordinate beyond [`MAX_COORDINATE`].
    #[error("a coordinate is beyond {MAX_COORDINATE} hundredths of a unit")]
    Coordinate,
    /// A quad that is not convex, has no area, or names its corners clockwise.
    #[error("the corners of a quad do not follow each other counterclockwise around an area")]
    Corners,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rectangle(left: i32, bottom: i32, right: i32, top: i32) -> Quad {
        let corner = |x, y| Point { x, y };
        Quad::from_corners([corner(left, bottom), corner(right, bottom), corner(right, top), corner(left, top)])
    }

    fn check(areas: &[(u32, Vec<Quad>)], expect: Result<(), AreaError>) {
        let areas: Vec<PageArea> =
            areas.iter().map(|(page, quads)| PageArea { page: *page, quads: quads.clone() }).collect();
        let validated = PageAreas::new(areas.clone());
        assert_eq!(validated.as_ref().map(|_| ()).map_err(|error| *error), expect, "{areas:?}");
        if let Ok(validated) = validated {
            assert_eq!((validated.as_slice(), validated.is_empty()), (&*areas, areas.is_empty()));
        }
    }

    #[test]
    fn page_areas_are_validated() {
        let line = rectangle(0, 0, 100, 20);
        check(&[], Ok(()));
        check(&[(0, vec![])], Ok(()));
        check(&[(3, vec![line, line]), (4, vec![line])], Ok(()));
        check(&[(MAX_PAGE, vec![rectangle(-MAX_COORDINATE, -MAX_COORDINATE, MAX_COORDINATE, MAX_COORDINATE)])], Ok(()));
        check(&[(MAX_PAGE + 1, vec![])], Err(AreaError::Page));
        let pages: Vec<(u32, Vec<Quad>)> = (0..101).map(|page| (page, Vec::new())).collect();
        check(&pages, Err(AreaError::Page));
        check(&[(4, vec![line]), (3, vec![line])], Err(AreaError::Order));
        check(&[(3, vec![line]), (3, vec![line])], Err(AreaError::Order));
        check(&[(0, vec![line; MAX_QUADS]), (1, vec![line])], Err(AreaError::TooManyQuads));
        check(&[(0, vec![rectangle(0, 0, MAX_COORDINATE + 1, 1)])], Err(AreaError::Coordinate));
        check(&[(0, vec![rectangle(i32::MIN, 0, i32::MAX, 1)])], Err(AreaError::Coordinate));
        check(&[(0, vec![rectangle(100, 0, 0, 20)])], Err(AreaError::Corners));
        check(&[(0, vec![rectangle(0, 0, 0, 20)])], Err(AreaError::Corners));
        let Quad { lower_left, lower_right, upper_right, upper_left } = line;
        check(
            &[(0, vec![Quad::from_corners([lower_left, upper_right, lower_right, upper_left])])],
            Err(AreaError::Corners),
        );
    }

    proptest! {
        /// Property: a quad is valid however its text is turned, and only with its corners in the documented order.
        #[test]
        fn quads_are_valid_in_one_order_of_corners(
            x in -1_000_000i32..1_000_000, y in -1_000_000i32..1_000_000,
            width in 1i32..100_000, height in 1i32..100_000, slant in -50_000i32..50_000, turn in 0usize..4,
        ) {
            let turned = |(dx, dy): (i32, i32)| match turn {
                0 => Point { x: x + dx, y: y + dy },
                1 => Point { x: x - dy, y: y + dx },
                2 => Point { x: x - dx, y: y - dy },
                _ => Point { x: x + dy, y: y - dx },
            };
            let corners = [(0, 0), (width, 0), (width + slant, height), (slant, height)].map(turned);
            let valid = |corners| PageAreas::new(vec![PageArea { page: 0, quads: vec![Quad::from_corners(corners)] }]).is_ok();
            let [a, b, c, d] = corners;
            prop_assert!(valid([a, b, c, d]) && valid([c, d, a, b]));
            for wrong in [[d, c, b, a], [b, a, d, c], [a, c, b, d], [a, b, b, d], [a, a, a, a]] {
                prop_assert!(!valid(wrong), "{wrong:?}");
            }
        }

        /// Property: no areas make validation panic, and what it accepts it returns unchanged.
        #[test]
        fn areas_are_accepted_unchanged_or_rejected(areas in prop::collection::vec((any::<u32>(), prop::collection::vec(any::<[i32; 8]>(), 0..3)), 0..4)) {
            let areas: Vec<PageArea> = areas.into_iter().map(|(page, quads)| PageArea {
                page,
                quads: quads.into_iter().map(|[a, b, c, d, e, f, g, h]| {
                    Quad::from_corners([(a, b), (c, d), (e, f), (g, h)].map(|(x, y)| Point { x, y }))
                }).collect(),
            }).collect();
            if let Ok(accepted) = PageAreas::new(areas.clone()) {
                prop_assert_eq!(accepted.as_slice(), areas.as_slice());
            }
        }
    }
}
