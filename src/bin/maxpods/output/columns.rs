//! Tables for people.

use std::fmt::{Display, Write as _};
use std::io::{self, Write};

/// Cells in columns. Each column is as wide as its widest cell, and two blanks stand between columns, as
/// kubectl prints tables.
pub struct Columns {
    count: usize,
    /// The text of all cells, row by row, the header first.
    text: String,
    /// Where each cell ends in `text`.
    ends: Vec<usize>,
}

/// A wider cell does not make its column wider: the cells behind it move to the right, in its row alone.
/// Kubernetes' own names are not longer. Without this, one long name would pad every row to its length.
const WIDEST: usize = 253;

impl Columns {
    pub fn new(header: &[&str]) -> Self {
        let mut columns = Self { count: header.len(), text: String::new(), ends: Vec::new() };
        for cell in header {
            columns.push(cell);
        }
        columns
    }

    /// Adds a row, with one cell for each column. The cells hold no line breaks: text from outside
    /// has to be escaped.
    pub fn row(&mut self, cells: &[&dyn Display]) {
        debug_assert_eq!(cells.len(), self.count, "one cell for each column");
        for cell in cells {
            self.push(cell);
        }
    }

    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut widths = vec![0; self.count];
        for row in self.rows() {
            for (width, cell) in widths.iter_mut().zip(row) {
                let own = cell.chars().count();
                *width = own.min(WIDEST).max(*width);
            }
        }
        // No padding behind the last cell of a row.
        if let Some(last) = widths.last_mut() {
            *last = 0;
        }
        let mut line = String::new();
        for row in self.rows() {
            line.clear();
            for (i, (width, cell)) in widths.iter().zip(row).enumerate() {
                let gap = if i == 0 { "" } else { "  " };
                write!(line, "{gap}{cell:<width$}").map_err(io::Error::other)?;
            }
            line.push('\n');
            out.write_all(line.as_bytes())?;
        }
        Ok(())
    }

    fn push(&mut self, cell: &dyn Display) {
        // Writing to a String does not fail.
        let _ = write!(self.text, "{cell}");
        self.ends.push(self.text.len());
    }

    /// The cells of each row.
    fn rows(&self) -> impl Iterator<Item = impl Iterator<Item = &str>> {
        let mut start = 0;
        self.ends.chunks(self.count.max(1)).map(move |ends| {
            let first = start;
            start = ends.last().copied().unwrap_or(first);
            let starts = std::iter::once(first).chain(ends.iter().copied());
            starts.zip(ends).filter_map(|(start, &end)| self.text.get(start..end))
        })
    }
}

/// A figure, or `-` where it is not known.
pub struct Known<T>(pub Option<T>);

impl<T: Display> Display for Known<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.0 {
            Some(figure) => figure.fmt(f),
            None => f.write_str("-"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(columns: &Columns) -> String {
        let mut out = Vec::new();
        columns.write(&mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_column_is_as_wide_as_its_widest_cell() {
        let mut columns = Columns::new(&["NAME", "PODS", "WHY"]);
        columns.row(&[&"ä", &110_u64, &Known::<u64>(None)]);
        columns.row(&[&"m5.large", &Known(Some(12_345)), &"two words"]);
        assert_eq!(text(&columns), "NAME      PODS   WHY\nä         110    -\nm5.large  12345  two words\n");
    }

    #[test]
    fn a_header_alone_is_a_line() {
        assert_eq!(text(&Columns::new(&["A", "B"])), "A  B\n");
    }

    #[test]
    fn one_long_cell_does_not_widen_every_row() {
        let long = "x".repeat(100_000);
        let mut columns = Columns::new(&["NAME", "PODS"]);
        for name in ["a", &long, "b"] {
            columns.row(&[&name, &29]);
        }
        let text = text(&columns);
        assert!(text.len() < long.len() + 4 * (WIDEST + 10), "{}", text.len());
        assert!(text.contains(&format!("{long}  29\n")));
        assert!(text.ends_with(&format!("\nb{}  29\n", " ".repeat(WIDEST - 1))));
    }
}
