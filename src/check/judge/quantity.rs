//! Kubernetes' quantities of memory.

/// A quantity of memory in MiB, rounded up; `None` where it is none.
///
/// Source: Kubernetes' `resource.Quantity`: a decimal number with a suffix of tens or of twos.
pub(super) fn mebibytes(text: &str) -> Option<u64> {
    let text = text.trim();
    let end = text.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(text.len());
    let (digits, suffix) = text.split_at(end);
    let number: f64 = digits.parse().ok()?;
    let unit: f64 = match suffix {
        "" => 1.0,
        "m" => 1e-3,
        "k" => 1e3,
        "M" => 1e6,
        "G" => 1e9,
        "T" => 1e12,
        "Ki" => 1024.0,
        "Mi" => 1024.0 * 1024.0,
        "Gi" => 1024.0 * 1024.0 * 1024.0,
        "Ti" => 1024.0 * 1024.0 * 1024.0 * 1024.0,
        _ => return None,
    };
    let mib = (number * unit / (1024.0 * 1024.0)).ceil();
    // A float larger than any integer becomes the largest one.
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "no negative numbers come here"
    )]
    mib.is_finite().then_some(mib as u64)
}

#[cfg(test)]
mod tests {
    use super::mebibytes;

    #[test]
    fn quantities() {
        for (text, mib) in [
            ("1465Mi", Some(1465)),
            ("1Gi", Some(1024)),
            ("1.5Gi", Some(1536)),
            ("1G", Some(954)),
            ("1048576", Some(1)),
            ("300M", Some(287)),
            (" 1Ti ", Some(1 << 20)),
            ("1e3", None),
            ("", None),
            ("x", None),
            ("1Mb", None),
            ("-1Gi", None),
            ("1.2.3Gi", None),
        ] {
            assert_eq!(mebibytes(text), mib, "{text}");
        }
    }
}
