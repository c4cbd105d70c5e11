//! Places in publications.

use alexandria_domain::{Locator, PageArea, PageAreas, Point, Quad, Quote};
use ciborium::Value as Cbor;

use super::cbor::{self, CborError, Fields};

const HREF: u64 = 0;
const MEDIA_TYPE: u64 = 1;
const TITLE: u64 = 2;
const PROGRESSION: u64 = 3;
const TOTAL_PROGRESSION: u64 = 4;
const POSITION: u64 = 5;
const FRAGMENTS: u64 = 6;
const AREAS: u64 = 7;
const BEFORE: u64 = 8;
const HIGHLIGHT: u64 = 9;
const AFTER: u64 = 10;

pub(super) fn encode(place: &Locator) -> Cbor {
    let text = |text: &str| Some(Cbor::from(text));
    let fragments: Vec<Cbor> = place.fragments.iter().map(|fragment| Cbor::from(fragment.as_str())).collect();
    let areas: Vec<Cbor> = place.areas.as_slice().iter().map(encode_area).collect();
    cbor::map([
        (HREF, text(&place.href)),
        (MEDIA_TYPE, text(&place.media_type)),
        (TITLE, place.title.as_deref().map(Cbor::from)),
        (PROGRESSION, Some(Cbor::Float(place.progression))),
        (TOTAL_PROGRESSION, Some(Cbor::Float(place.total_progression))),
        (POSITION, Some(Cbor::from(place.position))),
        (FRAGMENTS, (!fragments.is_empty()).then_some(Cbor::Array(fragments))),
        (AREAS, (!areas.is_empty()).then_some(Cbor::Array(areas))),
        (BEFORE, text(&place.text.before)),
        (HIGHLIGHT, text(&place.text.highlight)),
        (AFTER, text(&place.text.after)),
    ])
}

pub(super) fn decode(value: Cbor) -> Result<Locator, CborError> {
    let mut fields = Fields::of(value)?;
    let areas = fields.take(AREAS).map_or(Ok(Vec::new()), cbor::list)?;
    let areas: Vec<PageArea> = areas.into_iter().map(decode_area).collect::<Result<_, _>>()?;
    let place = Locator {
        href: cbor::text(fields.need(HREF)?)?,
        media_type: cbor::text(fields.need(MEDIA_TYPE)?)?,
        title: fields.take(TITLE).map(cbor::text).transpose()?,
        progression: cbor::float(&fields.need(PROGRESSION)?)?,
        total_progression: cbor::float(&fields.need(TOTAL_PROGRESSION)?)?,
        position: cbor::small(&fields.need(POSITION)?)?,
        fragments: fields.take(FRAGMENTS).map_or(Ok(Vec::new()), cbor::texts)?,
        areas: PageAreas::new(areas).map_err(|_| CborError::Shape)?,
        text: Quote {
            before: cbor::text(fields.need(BEFORE)?)?,
            highlight: cbor::text(fields.need(HIGHLIGHT)?)?,
            after: cbor::text(fields.need(AFTER)?)?,
        },
    };
    if fields.is_empty() { Ok(place) } else { Err(CborError::Shape) }
}

/// `[page, [x, y, …], …]`: the corners of each quad in turn, in hundredths of a page unit.
fn encode_area(area: &PageArea) -> Cbor {
    let quads = area.quads.iter().map(|quad| {
        let numbers = quad.corners().into_iter().flat_map(|Point { x, y }| [Cbor::from(x), Cbor::from(y)]);
        Cbor::Array(numbers.collect())
    });
    Cbor::Array(std::iter::once(Cbor::from(area.page)).chain(quads).collect())
}

fn decode_area(value: Cbor) -> Result<PageArea, CborError> {
    let mut parts = cbor::list(value)?.into_iter();
    let page = cbor::small(&parts.next().ok_or(CborError::Shape)?)?;
    let quads = parts.map(|quad| {
        let numbers: Vec<i32> = cbor::list(quad)?.iter().map(coordinate).collect::<Result<_, _>>()?;
        let [ax, ay, bx, by, cx, cy, dx, dy] = *numbers.as_slice() else { return Err(CborError::Shape) };
        Ok(Quad::from_corners([(ax, ay), (bx, by), (cx, cy), (dx, dy)].map(|(x, y)| Point { x, y })))
    });
    Ok(PageArea { page, quads: quads.collect::<Result<_, _>>()? })
}

fn coordinate(value: &Cbor) -> Result<i32, CborError> {
    value.as_integer().and_then(|number| i32::try_from(number).ok()).ok_or(CborError::Shape)
}
