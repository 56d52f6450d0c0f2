//! Doubles as text, as Go's `strconv` reads and writes them.

/// Reads a double as Go's [`ParseFloat`][1] does: decimal or hexadecimal, with underscores between
/// digits, or a word for infinity or NaN. The result is `None` for a number that is too large.
///
/// [1]: https://pkg.go.dev/strconv#ParseFloat
pub(in crate::expression) fn parse(text: &str) -> Option<f64> {
    let (negative, unsigned) = match text.as_bytes().first()? {
        b'+' => (false, &text[1..]),
        b'-' => (true, &text[1..]),
        _ => (false, text),
    };
    // Go takes a sign before the words for infinity, but not before NaN.
    if text.eq_ignore_ascii_case("nan") {
        return Some(f64::NAN);
    }
    let magnitude = if ["inf", "infinity"].iter().any(|word| unsigned.eq_ignore_ascii_case(word)) {
        f64::INFINITY
    } else {
        let hexadecimal =
            unsigned.len() > 2 && unsigned.get(..2).is_some_and(|p| p.eq_ignore_ascii_case("0x"));
        let read = if hexadecimal { hexadecimal_number } else { decimal_number };
        // Underscores are checked last, for the whole of a number that is right without them.
        let number = read(&unsigned.replace('_', ""))?;
        if !number.is_finite() || !underscores_are_between_digits(unsigned, hexadecimal) {
            return None;
        }
        number
    };
    Some(if negative { -magnitude } else { magnitude })
}

/// True if each underscore stands between two digits, or between `0x` and a digit. In a hexadecimal number, the
/// letters from `a` to `f` are digits, and `p` is not.
fn underscores_are_between_digits(text: &str, hexadecimal: bool) -> bool {
    let digit = |b: u8| if hexadecimal { b.is_ascii_hexdigit() } else { b.is_ascii_digit() };
    // The 'x' counts as a digit to an underscore behind it.
    let digit_at = |at: usize| text.as_bytes().get(at).is_some_and(|b| digit(*b) || hexadecimal && at == 1);
    text.bytes().enumerate().all(|(at, b)| b != b'_' || at > 0 && digit_at(at - 1) && digit_at(at + 1))
}

/// A decimal number without sign and underscores.
fn decimal_number(text: &str) -> Option<f64> {
    let (mantissa, exponent) = match text.find(['e', 'E']) {
        Some(at) => (&text[..at], exponent(&text[at + 1..])?),
        None => (text, 0),
    };
    let digits = mantissa.bytes().filter(u8::is_ascii_digit).count();
    let points = mantissa.bytes().filter(|b| *b == b'.').count();
    if digits == 0 || points > 1 || digits + points != mantissa.len() {
        return None;
    }
    // Rust rounds as Go does, and gives infinity for what is too large.
    format!("{mantissa}e{exponent}").parse().ok()
}

/// A hexadecimal number with its `0x`, without sign and underscores.
fn hexadecimal_number(text: &str) -> Option<f64> {
    let digits = text.get(2..)?;
    let (mantissa, exponent_digits) = digits.split_at(digits.find(['p', 'P'])?);
    let mut power = exponent(&exponent_digits[1..])?;
    // The first 64 bits, and whether any bit behind them is set.
    let (mut bits, mut inexact) = (0_u64, false);
    let (mut any, mut point) = (false, false);
    for c in mantissa.chars() {
        match c.to_digit(16) {
            None if c == '.' && !point => point = true,
            None => return None,
            Some(digit) if bits >> 60 == 0 => {
                any = true;
                bits = bits << 4 | u64::from(digit);
                power -= if point { 4 } else { 0 };
            }
            Some(digit) => {
                inexact |= digit != 0;
                power += if point { 0 } else { 4 };
            }
        }
    }
    any.then(|| round(bits, inexact, power))
}

/// The number behind an `e` or a `p`. Go stops counting at five digits, and so does this function. It makes a
/// difference for a mantissa of thousands of digits.
fn exponent(text: &str) -> Option<i64> {
    let (sign, digits) = match text.as_bytes().first()? {
        b'+' => (1, &text[1..]),
        b'-' => (-1, &text[1..]),
        _ => (1, text),
    };
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let counted = |n: i64, b: u8| if n < 10_000 { n * 10 + i64::from(b - b'0') } else { n };
    Some(sign * digits.bytes().fold(0, counted))
}

/// The double that is nearest to `bits × 2^power`. If `inexact`, the number is a little larger than that. If two
/// doubles are equally near, it is the one whose last bit is 0.
fn round(bits: u64, inexact: bool, power: i64) -> f64 {
    if bits == 0 {
        return 0.0;
    }
    let length = i64::from(u64::BITS - bits.leading_zeros());
    // The power of the last bit that a double of this size has.
    let last = (power + length - i64::from(f64::MANTISSA_DIGITS)).max(-1074);
    if last > 1023 {
        return f64::INFINITY;
    }
    let shift = last - power;
    let (mut kept, half, rest) = match u32::try_from(shift) {
        // Nothing is cut off here. For a mantissa that is so short, nothing was cut off before either.
        Err(_) | Ok(0) => (bits, false, inexact),
        Ok(shift @ 1..=63) => {
            let cut = bits & ((1 << shift) - 1);
            let half = 1 << (shift - 1);
            (bits >> shift, cut & half != 0, inexact || cut & (half - 1) != 0)
        }
        Ok(64) => (0, bits >> 63 != 0, inexact || bits << 1 != 0),
        Ok(_) => (0, false, true),
    };
    if half && (rest || kept & 1 == 1) {
        kept += 1;
    }
    #[allow(clippy::cast_precision_loss, reason = "at most 2^53 is kept, unless there are zeros to cut off")]
    let kept = kept as f64;
    // Each of the two steps is exact. The whole power of two may be too large or too small for a double.
    let power = if shift < 0 { power } else { last };
    kept * power_of_two(power / 2) * power_of_two(power - power / 2)
}

/// A power of two that is a normal double.
fn power_of_two(power: i64) -> f64 {
    let biased = u64::try_from(power + 1023).unwrap_or(0);
    f64::from_bits(biased << (f64::MANTISSA_DIGITS - 1))
}

/// Writes a double as Go's `%g` does: the fewest digits that are exact, with an exponent from a
/// million on (`1e+06`) and below a ten-thousandth.
pub(super) fn format(n: f64) -> String {
    if n.is_nan() {
        return "NaN".into();
    }
    if n.is_infinite() {
        return if n > 0.0 { "+Inf" } else { "-Inf" }.into();
    }
    // If two numbers with the fewest digits are equally near, Rust takes the upper one. Go and the `ryu` crate take
    // the one whose last digit is even.
    let mut buffer = ryu::Buffer::new();
    let written = buffer.format_finite(n.abs());
    let (mantissa, exponent) = written.split_once('e').unwrap_or((written, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all = format!("{whole}{fraction}");
    let significant = all.trim_start_matches('0');
    let leading_zeros = all.len() - significant.len();
    let digits = significant.trim_end_matches('0');
    let sign = if n.is_sign_negative() { "-" } else { "" };
    if digits.is_empty() {
        return format!("{sign}0");
    }
    // The digits are a fraction of one, times ten to this power.
    let point = exponent.parse::<i64>().unwrap_or(0) + signed(whole.len()) - signed(leading_zeros);
    let count = signed(digits.len());
    let zeros = |count: i64| "0".repeat(usize::try_from(count).unwrap_or(0));
    match point {
        -3..=0 => format!("{sign}0.{}{digits}", zeros(-point)),
        1..=6 if count <= point => format!("{sign}{digits}{}", zeros(point - count)),
        1..=6 => {
            let (whole, fraction) = digits.split_at(usize::try_from(point).unwrap_or(0));
            format!("{sign}{whole}.{fraction}")
        }
        _ => {
            let (first, fraction) = digits.split_at(1);
            let dot = if fraction.is_empty() { "" } else { "." };
            let power = point - 1;
            let power_sign = if power < 0 { '-' } else { '+' };
            format!("{sign}{first}{dot}{fraction}e{power_sign}{:02}", power.abs())
        }
    }
}

/// A number of digits, as a signed number. No text has more digits than that can hold.
fn signed(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}
