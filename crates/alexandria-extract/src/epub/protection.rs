//! Detecting DRM by the files it adds (OCF 3.3 §4.2.6.3.2). It is never circumvented.

use std::io::{Read, Seek};

use crate::archive::Archive;
use crate::dom::{Dom, parse_xml};
use crate::encoding::decode_markup;
use crate::error::{ExtractError, ProtectionScheme};
use crate::limits::Guard;

/// Algorithms that only obfuscate fonts; the text is plaintext.
const FONT_OBFUSCATION: [&str; 2] = ["http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#rc"];

/// Files that only protected books have, and their schemes.
const LICENCES: [(&str, ProtectionScheme); 3] = [
    ("META-INF/rights.xml", ProtectionScheme::Rights),
    ("META-INF/license.lcpl", ProtectionScheme::ReadiumLcp),
    ("META-INF/sinf.xml", ProtectionScheme::FairPlay),
];

/// Rejects a book whose text is encrypted.
pub(super) fn check<R: Read + Seek>(archive: &mut Archive<R>, guard: &Guard) -> Result<(), ExtractError> {
    for (path, scheme) in LICENCES {
        if archive.locate(path).is_some() {
            return Err(ExtractError::Protected { scheme });
        }
    }
    let Some(path) = archive.locate("META-INF/encryption.xml") else { return Ok(()) };
    let dom = parse_xml(&decode_markup(&archive.read_markup(&path, guard)?), guard)?;
    for data in dom.elements(Dom::DOCUMENT).filter(|id| dom.local(*id) == "encrypteddata") {
        // Nested elements make this loop quadratic.
        guard.check_time()?;
        let method = dom.find(data, "encryptionmethod").and_then(|id| dom.attribute(id, "algorithm"));
        let method = method.unwrap_or_default().trim().to_ascii_lowercase();
        if !FONT_OBFUSCATION.contains(&method.as_str()) {
            return Err(ExtractError::Protected { scheme: ProtectionScheme::Encryption });
        }
    }
    Ok(())
}
