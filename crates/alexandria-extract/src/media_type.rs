//! Media types: by file ending where no manifest names one, and what may be given out under which.

/// The media type of a page of this crate: well-formed XML, written so that HTML parsers can read it too.
pub(crate) const PAGE: &str = "application/xhtml+xml";

/// The media type a file's ending stands for.
pub(crate) fn of_path(path: &str) -> &'static str {
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
    match ending.as_str() {
        "xhtml" | "xht" => PAGE,
        "html" | "htm" => "text/html",
        "css" => "text/css",
        "jpg" | "jpeg" | "jpe" => "image/jpeg",
        "png" => "image/png",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "svg" => "image/svg+xml",
        "ttf" => "font/ttf",
        "otf" => "font/otf",
        "woff" => "font/woff",
        "woff2" => "font/woff2",
        "mp3" => "audio/mpeg",
        "m4a" => "audio/mp4",
        "ogg" | "opus" => "audio/ogg",
        "mp4" | "m4v" => "video/mp4",
        "webm" => "video/webm",
        "vtt" => "text/vtt",
        _ => "application/octet-stream",
    }
}

/// A declared type without its parameters, in lower case; `None` if it is not one. A list of types would pass for its first
/// member here and for its last in a browser.
pub(crate) fn essence(declared: &str) -> Option<String> {
    let essence = declared.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let is_token =
        |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&b));
    let (kind, subtype) = essence.split_once('/')?;
    (is_token(kind) && is_token(subtype)).then_some(essence)
}

/// Whether a resource of that type is only looked at or listened to. Pages are served as sections, cleaned; scripts, other
/// documents and the archive's own files are not served at all.
pub(crate) fn is_passive(essence: &str) -> bool {
    let (kind, subtype) = essence.split_once('/').unwrap_or_default();
    let is_font = |name: &str| {
        ["font", "x-font", "vnd.ms-opentype", "vnd.ms-fontobject", "x-truetype", "x-opentype"]
            .iter()
            .any(|known| name.strip_prefix(known).is_some_and(|rest| rest.is_empty() || rest.starts_with('-')))
    };
    // To a browser, whatever ends in `+xml` is a document.
    let is_document = subtype.ends_with("xml") && essence != "image/svg+xml";
    match kind {
        _ if is_document => false,
        "image" | "audio" | "video" | "font" => true,
        "application" => is_font(subtype),
        _ => matches!(essence, "text/css" | "text/vtt"),
    }
}

/// The type an image's first bytes show, whatever its name says.
pub(crate) fn of_image(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [0x89, b'P', b'N', b'G', ..] => Some("image/png"),
        [b'G', b'I', b'F', b'8', ..] => Some("image/gif"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        _ => {
            let head = String::from_utf8_lossy(bytes.get(..bytes.len().min(1024)).unwrap_or_default());
            head.contains("<svg").then_some("image/svg+xml")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declared_types_are_one_type_or_none() {
        let check =
            |declared: &str, expect: Option<&str>| assert_eq!(essence(declared).as_deref(), expect, "{declared}");
        check(" Text/CSS; charset=utf-8", Some("text/css"));
        check("application/vnd.ms-opentype", Some("application/vnd.ms-opentype"));
        check("image/png,text/html", None);
        check("image/png text/html", None);
        check("css", None);
        check("/x", None);
        check("", None);
    }

    #[test]
    fn only_what_is_looked_at_is_passive() {
        let check = |essence: &str, expect: bool| assert_eq!(is_passive(essence), expect, "{essence}");
        for passive in ["image/png", "image/svg+xml", "audio/mpeg", "font/woff2", "text/css", "text/vtt"] {
            check(passive, true);
        }
        for font in ["font-sfnt", "x-font-ttf", "vnd.ms-opentype", "vnd.ms-fontobject"] {
            check(&format!("application/{font}"), true);
        }
        for active in ["text/html", "application/xhtml+xml", "text/javascript", "image/x+xml", "font/xhtml+xml"] {
            check(active, false);
        }
        // A word in the middle makes no font.
        check("application/truetype+xhtml+xml", false);
        check("text/html-font", false);
        check("application/fonts", false);
    }
}
