//! The page of a picture, with its text as a transparent layer that can be selected.

use super::content::{FixedLayout, GlyphRun, PageImage};
use super::links::PageLinks;
use super::viewport::is_side;
use super::xhtml::XhtmlWriter;
use crate::error::{Defect, ExtractError};
use crate::limits::Guard;

/// Runs after which the time is checked.
const TIME_CHECK_INTERVAL: usize = 4096;

/// Coordinate of the right and the upper edge of a picture: 1,000 units of 100 hundredths.
const FULL: i32 = 100_000;

const STYLE: &str = "html,body{margin:0}body{position:relative;overflow:hidden}\
img{position:absolute;left:0;top:0;width:100%;height:100%}\
span{position:absolute;white-space:pre;line-height:1;color:transparent}";

/// The picture alone, or a page with a fixed layout: the picture below its text.
pub(super) fn page(image: &PageImage, links: &PageLinks<'_>, guard: &Guard) -> Result<String, ExtractError> {
    let mut out = XhtmlWriter::default();
    out.open_root();
    out.open_head();
    let Some(layout) = &image.layout else {
        out.raw("</head>\n<body>");
        picture(&mut out, &links.address(&image.href));
        out.raw("</body></html>\n");
        return Ok(out.finish());
    };
    let FixedLayout { width, height, ref runs } = *layout;
    if !is_side(width) || !is_side(height) {
        return Err(ExtractError::malformed(Defect::PageSize));
    }
    out.viewport(width, height);
    out.style(STYLE);
    out.raw("</head>\n");
    out.open_start("body");
    out.attribute("style", &format!("width:{width}px;height:{height}px"));
    out.close_start(false);
    picture(&mut out, &links.address(&image.href));
    for (count, run) in runs.iter().enumerate() {
        if count.is_multiple_of(TIME_CHECK_INTERVAL) {
            guard.check_time()?;
        }
        text(&mut out, run, height);
    }
    out.raw("</body></html>\n");
    Ok(out.finish())
}

fn picture(out: &mut XhtmlWriter, url: &str) {
    out.open_start("img");
    out.attribute("alt", "");
    out.attribute("src", url);
    out.close_start(true);
}

/// Places a run by the bounding box of its quad; `height` is that of the page in CSS pixels.
fn text(out: &mut XhtmlWriter, run: &GlyphRun, height: u32) {
    let corners = run.quad.corners();
    let (xs, ys) = (corners.map(|corner| corner.x.clamp(0, FULL)), corners.map(|corner| corner.y.clamp(0, FULL)));
    let bounds = |values: [i32; 4]| (values.into_iter().min().unwrap_or(0), values.into_iter().max().unwrap_or(0));
    let ((left, right), (bottom, top)) = (bounds(xs), bounds(ys));
    let font_size = i64::from(top - bottom) * i64::from(height) / i64::from(FULL);
    out.open_start("span");
    out.attribute(
        "style",
        &format!(
            "left:{};top:{};width:{};height:{};font-size:{font_size}px",
            percent(left),
            percent(FULL - top),
            percent(right - left),
            percent(top - bottom),
        ),
    );
    out.close_start(false);
    out.text(&run.text);
    out.end("span");
}

/// A coordinate from 0 to [`FULL`] as a percentage.
fn percent(coordinate: i32) -> String {
    format!("{}.{:03}%", coordinate / 1000, coordinate % 1000)
}
