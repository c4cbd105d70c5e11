//! Media types of the files inside a publication, and which of them may be served. The formats of publications are in
//! `registry.rs`.

/// Media type of the pages of this crate: well-formed XML, written so that HTML parsers can read it too.
pub(crate) const PAGE: &str = "application/xhtml+xml";

/// The media type by the file extension.
pub(crate) fn of_path(path: &str) -> &'static str {
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension).to_ascii_lowercase();
    match extension.as_str() {
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

/// The essence of a declared media type, in lower case; `None` if it is not valid. A list of types is not: a browser would
/// take the last where we take the first.
pub(crate) fn essence(declared: &str) -> Option<String> {
    let essence = declared.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let is_token =
        |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&b));
    let (kind, subtype) = essence.split_once('/')?;
    (is_token(kind) && is_token(subtype)).then_some(essence)
}

/// Whether resources of that type are passive: images, sound, video, fonts, style sheets. Pages are served only as
/// sanitised sections; scripts, other documents and the archive's own files are never served.
pub(crate) fn is_passive(essence: &str) -> bool {
    let (kind, subtype) = essence.split_once('/').unwrap_or_default();
    let is_font = |name: &str| {
        ["font", "x-font", "vnd.ms-opentype", "vnd.ms-fontobject", "x-truetype", "x-opentype"]
            .iter()
            .any(|known| name.strip_prefix(known).is_some_and(|rest| rest.is_empty() || rest.starts_with('-')))
    };
    // A browser opens any `+xml` type as a document.
    let is_document = subtype.ends_with("xml") && essence != "image/svg+xml";
    match kind {
        _ if is_document => false,
        "image" | "audio" | "video" | "font" => true,
        "application" => is_font(subtype),
        _ => matches!(essence, "text/css" | "text/vtt"),
    }
}

/// The type of an image by its first bytes.
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
    fn essence_accepts_one_valid_type() {
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
    fn is_passive_excludes_documents_and_scripts() {
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
        // A font type has the word at its beginning.
        check("application/truetype+xhtml+xml", false);
        check("text/html-font", false);
        check("application/fonts", false);
    }
}
