#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| alexandria_tests_hostile::check("foreign_notes", bytes));
