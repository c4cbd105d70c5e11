//! Locations in a publication, in the shape of a Readium Locator.

use alexandria_library::domain;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A location in a publication: a Readium Locator.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Locator {
    /// The section's address inside the publication.
    pub(crate) href: String,
    /// Media type of the section.
    #[serde(rename = "type")]
    pub(crate) media_type: String,
    /// Heading above the location.
    pub(crate) title: Option<String>,
    /// Where in the section and in the publication.
    pub(crate) locations: Locations,
    /// The quoted text.
    pub(crate) text: Quote,
}

/// Where a location is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Locations {
    /// How far into the section, 0 to 1.
    pub(crate) progression: f64,
    /// How far into the publication, 0 to 1.
    pub(crate) total_progression: f64,
    /// Readium position in the publication, from 1.
    pub(crate) position: u32,
    /// Fragment identifiers or CFI.
    pub(crate) fragments: Vec<String>,
    /// Areas of pages with a fixed layout, in page order; absent for other text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional, as = "Option<Vec<PageArea>>")]
    pub(crate) areas: Option<PageAreas>,
}

/// Valid areas of pages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<PageArea>", into = "Vec<PageArea>")]
pub(crate) struct PageAreas(domain::PageAreas);

/// A part of one page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub(crate) struct PageArea {
    /// Index of the page, from 0.
    page: u32,
    /// x and y of each corner, counterclockwise from the lower left; units as in `alexandria_domain::area`.
    quads: Vec<[i32; 8]>,
}

/// Quoted text with its context.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Quote {
    /// Text before it.
    pub(crate) before: String,
    /// The quoted text itself.
    pub(crate) highlight: String,
    /// Text after it.
    pub(crate) after: String,
}

impl From<domain::Quote> for Quote {
    fn from(quote: domain::Quote) -> Self {
        let domain::Quote { before, highlight, after } = quote;
        Self { before, highlight, after }
    }
}

impl From<Quote> for domain::Quote {
    fn from(quote: Quote) -> Self {
        let Quote { before, highlight, after } = quote;
        Self { before, highlight, after }
    }
}

impl From<domain::Locator> for Locator {
    fn from(locator: domain::Locator) -> Self {
        let domain::Locator {
            href,
            media_type,
            title,
            progression,
            total_progression,
            position,
            fragments,
            areas,
            text,
        } = locator;
        let areas = (!areas.is_empty()).then_some(PageAreas(areas));
        let locations = Locations { progression, total_progression, position, fragments, areas };
        Self { href, media_type, title, locations, text: text.into() }
    }
}

impl From<Locator> for domain::Locator {
    fn from(locator: Locator) -> Self {
        let Locator { href, media_type, title, locations, text } = locator;
        let Locations { progression, total_progression, position, fragments, areas } = locations;
        let areas = areas.map(|areas| areas.0).unwrap_or_default();
        Self { href, media_type, title, progression, total_progression, position, fragments, areas, text: text.into() }
    }
}

impl TryFrom<Vec<PageArea>> for PageAreas {
    type Error = domain::AreaError;

    fn try_from(areas: Vec<PageArea>) -> Result<Self, Self::Error> {
        let quad = |[ax, ay, bx, by, cx, cy, dx, dy]: [i32; 8]| {
            let corners = [(ax, ay), (bx, by), (cx, cy), (dx, dy)];
            domain::Quad::from_corners(corners.map(|(x, y)| domain::Point { x, y }))
        };
        let area = |PageArea { page, quads }| domain::PageArea { page, quads: quads.into_iter().map(quad).collect() };
        domain::PageAreas::new(areas.into_iter().map(area).collect()).map(Self)
    }
}

impl From<PageAreas> for Vec<PageArea> {
    fn from(areas: PageAreas) -> Self {
        let quad = |quad: &domain::Quad| {
            let [a, b, c, d] = quad.corners();
            [a.x, a.y, b.x, b.y, c.x, c.y, d.x, d.y]
        };
        let area = |area: &domain::PageArea| PageArea { page: area.page, quads: area.quads.iter().map(quad).collect() };
        areas.0.as_slice().iter().map(area).collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn locator_areas_pass_through_the_contract_or_are_rejected() {
        let check = |areas: Option<serde_json::Value>, expect: bool| {
            let mut locations = json!({ "progression": 0.5, "totalProgression": 0.25, "position": 2, "fragments": [] });
            if let Some(areas) = areas {
                locations["areas"] = areas;
            }
            let text = json!({ "before": "a", "highlight": "b", "after": "c" });
            let json = json!({ "href": "a", "type": "b", "title": null, "locations": locations, "text": text });
            let parsed = serde_json::from_value::<Locator>(json.clone());
            assert_eq!(parsed.is_ok(), expect, "{json}");
            if let Ok(locator) = parsed {
                let back = Locator::from(domain::Locator::from(locator));
                assert_eq!(serde_json::to_value(back).unwrap(), json);
            }
        };
        check(None, true);
        check(Some(json!([{ "page": 3, "quads": [[0, 0, 10, 0, 10, 10, 0, 10]] }, { "page": 4, "quads": [] }])), true);
        check(Some(json!([{ "page": 3, "quads": [[0, 0, 0, 10, 10, 10, 10, 0]] }])), false);
        check(Some(json!([{ "page": -1, "quads": [] }])), false);
    }
}
