//! Code pages and character sets of fonts.

use encoding_rs::Encoding;

/// How the bytes of a font are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Charset {
    /// That of the document.
    Document,
    /// The font Symbol, or one like it.
    Symbol,
    Encoding(&'static Encoding),
}

/// The encoding of a code page; `None` if it is not known.
pub(super) fn of_code_page(number: i32) -> Option<&'static Encoding> {
    let label = match number {
        437 | 850 | 1252 => "windows-1252",
        866 => "ibm866",
        874 => "windows-874",
        932 => "shift_jis",
        936 => "gbk",
        949 => "euc-kr",
        950 => "big5",
        1250 => "windows-1250",
        1251 => "windows-1251",
        1253 => "windows-1253",
        1254 => "windows-1254",
        1255 => "windows-1255",
        1256 => "windows-1256",
        1257 => "windows-1257",
        1258 => "windows-1258",
        10_000 => "macintosh",
        10_007 => "x-mac-cyrillic",
        54_936 => "gb18030",
        65_001 => "utf-8",
        _ => return None,
    };
    Encoding::for_label(label.as_bytes())
}

/// The character set of a font (`\fcharset`).
pub(super) fn of_font(number: i32) -> Charset {
    let code_page = match number {
        2 => return Charset::Symbol,
        0 => 1252,
        77 => 10_000,
        128 => 932,
        129 => 949,
        134 => 936,
        136 => 950,
        161 => 1253,
        162 => 1254,
        163 => 1258,
        177 => 1255,
        178 => 1256,
        186 => 1257,
        204 => 1251,
        222 => 874,
        238 => 1250,
        _ => return Charset::Document,
    };
    of_code_page(code_page).map_or(Charset::Document, Charset::Encoding)
}
