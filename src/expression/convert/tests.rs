use super::*;

fn text(text: &str) -> Value {
    Value::String(text.into())
}

#[test]
fn doubles_are_written_as_go_writes_them() {
    for (n, written) in [
        (0.0, "0"),
        (-0.0, "-0"),
        (1.0, "1"),
        (0.1, "0.1"),
        (123_456.0, "123456"),
        (999_999.5, "999999.5"),
        (1_000_000.0, "1e+06"),
        (1_234_567.0, "1.234567e+06"),
        (-1e21, "-1e+21"),
        (0.0001, "0.0001"),
        (0.00001, "1e-05"),
        (1.5e-7, "1.5e-07"),
        (1e300, "1e+300"),
        (5e-324, "5e-324"),
        (0.5, "0.5"),
        (100_000.0, "100000"),
        (1_000.25, "1000.25"),
        (0.001_25, "0.00125"),
        (123_456.789, "123456.789"),
        // Two numbers of as few digits are as near: the even one.
        (2f64.powi(-25), "2.9802322387695312e-08"),
        (2f64.powi(50) + 0.25, "1.1258999068426242e+15"),
        (2f64.powi(50) + 0.75, "1.1258999068426248e+15"),
        (f64::INFINITY, "+Inf"),
        (f64::NEG_INFINITY, "-Inf"),
        (f64::NAN, "NaN"),
    ] {
        assert_eq!(to_string(&Value::Double(n)), written);
    }
}

#[test]
fn text_is_read_as_go_reads_it() {
    for (read, int, uint) in [
        ("7", Some(7), Some(7)),
        ("007", Some(7), Some(7)),
        ("+7", Some(7), None),
        ("-7", Some(-7), None),
        ("-0", Some(0), None),
        ("9223372036854775807", Some(i64::MAX), Some(i64::MAX as u64)),
        ("-9223372036854775808", Some(i64::MIN), None),
        ("9223372036854775808", None, Some(1 << 63)),
        ("18446744073709551616", None, None),
        ("", None, None),
        ("+", None, None),
        (" 7", None, None),
        ("7.0", None, None),
        ("0x7", None, None),
        ("1_0", None, None),
        ("\u{667}", None, None),
    ] {
        assert_eq!(to_int(&text(read)).ok(), int, "{read}");
        assert_eq!(to_uint(&text(read)).ok(), uint, "{read}");
    }
    for (read, bool) in
        [("true", Some(true)), ("T", Some(true)), ("0", Some(false)), ("yes", None), ("tRUE", None)]
    {
        assert_eq!(to_bool(&text(read)).ok(), bool, "{read}");
    }
}

#[test]
fn the_ends_of_the_ranges() {
    for (n, int, uint) in [
        (9_223_372_036_854_774_784.0, Some(9_223_372_036_854_774_784), Some(9_223_372_036_854_774_784)),
        (9_223_372_036_854_775_808.0, None, Some(1 << 63)),
        // Within the range of int, and refused by cel-go all the same.
        (-9_223_372_036_854_775_808.0, None, None),
        (18_446_744_073_709_551_616.0, None, None),
        (7.99, Some(7), Some(7)),
        (-7.99, Some(-7), None),
        (-0.5, Some(0), None),
        (-0.0, Some(0), Some(0)),
        (f64::NAN, None, None),
        (f64::INFINITY, None, None),
    ] {
        assert_eq!(to_int(&Value::Double(n)).ok(), int, "{n}");
        assert_eq!(to_uint(&Value::Double(n)).ok(), uint, "{n}");
    }
    assert_eq!(to_int(&Value::Uint(1 << 63)).ok(), None);
    assert_eq!(to_uint(&Value::Int(-1)).ok(), None);
}

#[test]
fn text_is_read_as_a_double_as_go_reads_it() {
    let mut wrong = Vec::new();
    for (read, double) in [
        ("7", Some(7.0)),
        ("7.", Some(7.0)),
        (".5", Some(0.5)),
        ("-1.5e3", Some(-1500.0)),
        ("+1E-2", Some(0.01)),
        ("1e-400", Some(0.0)),
        ("-0", Some(-0.0)),
        ("1e400", None),
        ("-1e400", None),
        ("inf", Some(f64::INFINITY)),
        ("-Infinity", Some(f64::NEG_INFINITY)),
        ("+INF", Some(f64::INFINITY)),
        ("infinit", None),
        ("in_f", None),
        ("+nan", None),
        ("", None),
        ("+", None),
        (".", None),
        ("._", None),
        ("e3", None),
        ("1e", None),
        ("1e+", None),
        ("1e1.5", None),
        ("1.2.3", None),
        ("--1", None),
        ("1f", None),
        (" 1", None),
        ("\u{667}", None),
        // Underscores stand between digits.
        ("1_0", Some(10.0)),
        ("1_000.2_5e+1_0", Some(10_002_500_000_000.0)),
        ("1__0", None),
        ("_1", None),
        ("1_", None),
        ("1_.5", None),
        ("1._5", None),
        ("1_e5", None),
        ("1e_5", None),
        ("1e5_", None),
        ("0_1", Some(1.0)),
        // Hexadecimal numbers have an exponent, a power of two.
        ("0x1p4", Some(16.0)),
        ("-0X1.8P+4", Some(-24.0)),
        ("0x.8p1", Some(1.0)),
        ("0x8.p-1", Some(4.0)),
        ("0x_1p4", Some(16.0)),
        ("0x1_fp0", Some(31.0)),
        ("0x1p1_0", Some(1024.0)),
        ("0xap0", Some(10.0)),
        ("0x10", None),
        ("0x", None),
        ("0xp1", None),
        ("0x.p1", None),
        ("0x1_p4", None),
        ("0x1p_4", None),
        ("0_x1p4", None),
        ("0x1.2.3p1", None),
        ("0x1e5", None),
        ("0x1p1e", None),
        ("0xgp1", None),
        ("0p1", None),
        ("0b1", None),
        // Rounded to the nearest, of two as near to the even one.
        ("0x1.00000000000008p0", Some(1.0)),
        ("0x1.00000000000018p0", Some(1.000_000_000_000_000_4)),
        ("0x1.000000000000080000000000000000000001p0", Some(1.000_000_000_000_000_2)),
        ("0x1.fffffffffffff7fffffffp1023", Some(f64::MAX)),
        ("0x1.fffffffffffff8p1023", None),
        ("0x1p1024", None),
        ("-0x1p1024", None),
        ("0x1p1023", Some(8.988_465_674_311_58e307)),
        ("0x1p-1022", Some(f64::MIN_POSITIVE)),
        ("0x1p-1074", Some(5e-324)),
        ("0x1p-1075", Some(0.0)),
        ("0x1.8p-1075", Some(5e-324)),
        ("0x1.8p-1074", Some(1e-323)),
        ("0x0.fffffffffffff8p-1022", Some(f64::MIN_POSITIVE)),
        ("0x1p-99999", Some(0.0)),
        ("0x0p99999", Some(0.0)),
        ("0x1000000000000000000000000p-96", Some(1.0)),
        ("0x0.0000000000000000000000001p100", Some(1.0)),
        // Go counts no further than five digits of an exponent.
        ("1e99999999999", None),
        ("1e-99999999999", Some(0.0)),
    ] {
        let answer = to_double(&text(read)).ok();
        if answer.map(f64::to_bits) != double.map(f64::to_bits) {
            wrong.push(format!("{read}: {answer:?}"));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    assert!(to_double(&text("nAn")).is_ok_and(f64::is_nan));
    // Go counts this exponent as 10000, and Rust would count it in full.
    let long = format!("0.{}1e100001", "0".repeat(20_000));
    assert_eq!(to_double(&text(&long)).ok(), Some(0.0));
}
