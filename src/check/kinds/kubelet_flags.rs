//! The kubelet's command line, as far as it bears on the number of pods.

use crate::check::facts::{Amount, Declared, From, Kubelet};
use crate::check::source::Spot;

/// Reads the kubelet's flags from words, each with its place. A flag given twice: the last one counts.
pub(crate) fn read<'a>(words: impl IntoIterator<Item = (&'a str, Spot)>) -> Kubelet {
    let mut kubelet = Kubelet::default();
    let mut words = words.into_iter();
    while let Some((word, spot)) = words.next() {
        // A word that ends in the middle of its value has a variable behind it.
        let (flag, value, spot) = match word.split_once('=') {
            Some((flag, value)) => (flag, value, spot),
            None if matches!(word, "--max-pods" | "--kube-reserved") => match words.next() {
                Some((value, spot)) => (word, value, spot),
                None => break,
            },
            None => continue,
        };
        match flag {
            "--max-pods" => {
                kubelet.max_pods = Some(Declared { value: Amount::new(value, false), spot });
                kubelet.from = From::Flag;
            }
            "--kube-reserved" => {
                let memory = value.split(',').find_map(|pair| pair.trim().strip_prefix("memory="));
                kubelet.reserved_memory =
                    memory.map(|memory| Declared { value: memory.trim().into(), spot: spot.clone() });
                kubelet.reserved = Some(spot);
            }
            _ => {}
        }
    }
    kubelet
}

/// The words of a text that has several flags in it, all at one place.
pub(crate) fn split<'a>(text: &'a str, spot: &Spot) -> impl Iterator<Item = (&'a str, Spot)> {
    text.split_ascii_whitespace().map(|word| (word.trim_matches(['\'', '"']), spot.clone()))
}
