//! Where text is: boxes cover what is drawn, however a page is turned and cut.

use std::collections::BTreeSet;

use alexandria_domain::Quad;
use alexandria_pdf::{Document, Pages};

use crate::writer::{Page, document};

/// The extent of everything dark on a picture: left, top, right, bottom, as parts of its size.
fn ink(png: &[u8]) -> [f64; 4] {
    let picture = hayro::vello_cpu::Pixmap::from_png(std::io::Cursor::new(png)).expect("is a picture");
    let (width, height) = (f64::from(picture.width()), f64::from(picture.height()));
    let places = (0..picture.height()).flat_map(|y| (0..picture.width()).map(move |x| (x, y)));
    let dark: Vec<(f64, f64)> = places
        .zip(picture.data())
        .filter(|(_, pixel)| pixel.r < 128)
        .map(|((x, y), _)| (f64::from(x) / width, f64::from(y) / height))
        .collect();
    assert!(!dark.is_empty(), "nothing is drawn");
    let edge = |least: bool, of: fn(&(f64, f64)) -> f64| {
        let places = dark.iter().map(of);
        if least { places.fold(1.0, f64::min) } else { places.fold(0.0, f64::max) }
    };
    [edge(true, |p| p.0), edge(true, |p| p.1), edge(false, |p| p.0), edge(false, |p| p.1)]
}

/// The same of a quad on the displayed page.
fn extent(quad: &Quad) -> [f64; 4] {
    let xs = quad.corners().map(|corner| f64::from(corner.x) / 100_000.0);
    let ys = quad.corners().map(|corner| 1.0 - f64::from(corner.y) / 100_000.0);
    let least = |values: [f64; 4]| values.into_iter().fold(f64::INFINITY, f64::min);
    let most = |values: [f64; 4]| values.into_iter().fold(f64::NEG_INFINITY, f64::max);
    [least(xs), least(ys), most(xs), most(ys)]
}

/// Trap: rotation 90/180/270, crop box ≠ media box.
#[test]
fn box_of_a_word_covers_its_ink() {
    for rotation in [0, 90, 180, 270] {
        for crop in ["", "/CropBox[30 40 500 720]"] {
            for text in ["1 0 0 1 100 500 Tm", "0 1 -1 0 300 300 Tm", "0.8 0.6 -0.6 0.8 200 300 Tm"] {
                let content = format!("BT /F 24 Tf {text} (Hxh) Tj ET");
                let entries = format!("/Rotate {rotation}{crop}");
                let file = document(&[Page { content, entries }]);
                let document = Document::open(file, "").expect("opens");
                let mut pages = Pages::new(&document, BTreeSet::new(), |_| {});
                let geometry = pages.geometry(0).expect("has one");
                let found = pages.text(0).expect("is read");
                let picture = pages.picture(0, 1.0).expect("is drawn");
                let quads = found.quads(&found.blocks[0], 0..3);
                assert_eq!((found.blocks[0].text.as_str(), quads.len()), ("Hxh", 1));
                let (drawn, boxed) = (ink(&picture.png), extent(&geometry.displayed(&quads[0])));
                // Two points: the box is as high as the tallest letter and the deepest, and pixels are one point.
                let tolerance = [2.0 / geometry.width, 2.0 / geometry.height];
                let covers = boxed[0] <= drawn[0] + tolerance[0]
                    && boxed[1] <= drawn[1] + tolerance[1]
                    && boxed[2] >= drawn[2] - tolerance[0]
                    && boxed[3] >= drawn[3] - tolerance[1];
                assert!(covers, "/Rotate {rotation}{crop} {text}: ink {drawn:?}, box {boxed:?}");
                let is_tight =
                    (boxed[2] - boxed[0]) * geometry.width < 70.0 && (boxed[3] - boxed[1]) * geometry.height < 70.0;
                assert!(is_tight, "{boxed:?}");
            }
        }
    }
}

/// Trap: huge page box or zoom.
#[test]
fn picture_of_a_huge_page_is_bounded() {
    for size in ["2000000 2000000", "2000000 3", "3 2000000", "0 0"] {
        let entries = format!("/MediaBox[0 0 {size}]");
        let file = document(&[Page { content: "0 0 10 10 re f".to_owned(), entries }]);
        let document = Document::open(file, "").expect("opens");
        let mut pages = Pages::new(&document, BTreeSet::new(), |_| {});
        for scale in [0.0, 0.01, 1.0, 64.0] {
            let picture = pages.picture(0, scale).expect("is drawn");
            assert!(f64::from(picture.width) * f64::from(picture.height) <= alexandria_pdf::MAX_PIXELS, "{picture:?}");
        }
        let geometry = pages.geometry(0).expect("has one");
        assert!(geometry.width.max(geometry.height) <= alexandria_pdf::MAX_SIDE_POINTS, "{geometry:?}");
    }
}

/// Text beyond the edge of the page is not displayed, and is no text.
#[test]
fn text_outside_of_the_crop_box_is_left_out() {
    let content = "BT /F 10 Tf 50 700 Td (inside) Tj ET BT /F 10 Tf 50 20 Td (outside) Tj ET".to_owned();
    let file = document(&[Page { content, entries: "/CropBox[0 100 600 800]".to_owned() }]);
    let texts = crate::text::texts(file);
    assert_eq!(texts[0].blocks.iter().map(|block| block.text.as_str()).collect::<Vec<_>>(), ["inside"]);
}
