use std::collections::BTreeSet;

use super::*;

#[test]
fn codes_are_unique_and_read_as_they_are_written() {
    let mut texts = BTreeSet::new();
    for code in ProblemCode::ALL {
        assert!(texts.insert(code.as_str()), "{code} twice");
        assert_eq!(&ProblemCode::from(code.as_str()), code);
        let problem = Problem::new(code.clone());
        let json = serde_json::to_string(&problem).unwrap();
        assert_eq!(serde_json::from_str::<Problem>(&json).unwrap(), problem, "{json}");
        assert_eq!(problem.type_uri, format!("/problems/{code}"));
        let is_plain = |c: char| c.is_ascii_lowercase() || c == '-';
        assert!(code.as_str().chars().all(is_plain), "{code}");
    }
}

/// What is sent again unchanged is what the transport sends again, and 500 is not: the server would fail again.
#[test]
fn retryable_codes_have_retryable_statuses() {
    const RETRIED: [u16; 5] = [408, 429, 502, 503, 504];
    for code in ProblemCode::ALL {
        let status = code.status();
        assert!((400..600).contains(&status), "{code} has status {status}");
        assert!(!code.is_retryable() || RETRIED.contains(&status), "{code} has status {status}");
        let is_limit = matches!(code, ProblemCode::EnrolmentLimit);
        assert!(code.is_retryable() || is_limit || !RETRIED.contains(&status), "{code} has status {status}");
        assert_eq!(status == 401, code.action() == ClientAction::RenewSession, "{code}");
    }
}

#[test]
fn problem_of_a_newer_server_is_read() {
    let json = r#"{"type":"/problems/moon-phase","title":"x","status":418,"code":"moon-phase","extra":[1]}"#;
    let problem: Problem = serde_json::from_str(json).unwrap();
    assert_eq!(problem.code, ProblemCode::Unknown("moon-phase".into()));
    assert_eq!((problem.status, problem.code.action()), (418, ClientAction::Upgrade));
    // Members but status and code may be missing.
    let problem: Problem = serde_json::from_str(r#"{"status":409,"code":"gap","expected":7}"#).unwrap();
    assert_eq!((problem.code, problem.expected), (ProblemCode::Gap, Some(7)));
}

#[test]
fn unknown_code_that_is_no_code_does_not_print() {
    for text in ["<script>", "fork\n2026-11-30 forged line", "Fork", &"a".repeat(65)] {
        assert_eq!(ProblemCode::from(text), ProblemCode::Unknown(String::new()), "{text}");
    }
    assert_eq!(ProblemCode::from("moon-phase-2").as_str(), "moon-phase-2");
}

#[test]
fn problem_of_a_code_has_no_empty_members() {
    let json = serde_json::to_string(&Problem::new(ProblemCode::Gap).expected(3)).unwrap();
    let expect = r#"{"type":"/problems/gap","title":"records before this one are missing","status":409,"code":"gap","expected":3}"#;
    assert_eq!(json, expect);
}
