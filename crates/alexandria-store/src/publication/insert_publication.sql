INSERT INTO publication (
    id, state, language, format, title_folded, authors_folded, subjects_folded, series_folded, sections, passages,
    added_ms, moved_ms, title, authors, subjects, identifiers, series, series_position, publisher, published,
    right_to_left, cover_type, byte_size, series_number
) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23,
    CAST(?18 AS REAL))
