//! Formulas (OMML, ECMA-376 part 1 §22.1) as a line of text, so that they can be read and searched.

use crate::dom::{Dom, NodeId};
use crate::markup::MarkupWriter;

/// Writes what precedes an element of a formula. Returns what follows it.
pub(super) fn open(dom: &Dom, id: NodeId, out: &mut MarkupWriter) -> &'static str {
    match dom.local(id) {
        "sup" => {
            out.start("sup", &[]);
            "</sup>"
        }
        "sub" => {
            out.start("sub", &[]);
            "</sub>"
        }
        "num" => " / ",
        "rad" => {
            out.text("√(");
            ")"
        }
        "d" => {
            out.text(delimiter(dom, id, "begchr").unwrap_or("("));
            match delimiter(dom, id, "endchr").unwrap_or(")") {
                "]" => "]",
                "}" => "}",
                "|" => "|",
                "" => "",
                _ => ")",
            }
        }
        "nary" => {
            let operator = dom.child(id, "narypr").and_then(|properties| dom.child(properties, "chr"));
            out.text(operator.and_then(|sign| dom.local_attribute(sign, "val")).unwrap_or("∫"));
            ""
        }
        // A row of a matrix, and a place in it.
        "mr" => " ",
        "e" if dom.parent(id).is_some_and(|above| dom.local(above) == "mr") => " ",
        _ => "",
    }
}

fn delimiter<'a>(dom: &'a Dom, id: NodeId, name: &str) -> Option<&'a str> {
    let sign = dom.child(id, "dpr").and_then(|properties| dom.child(properties, name))?;
    Some(dom.local_attribute(sign, "val").unwrap_or_default())
}
