//! The kubelet's command line, as far as it bears on the number of pods.

use super::group::{Amount, Declared, Kubelet};
use super::source::Spot;

/// Reads the kubelet's flags from words, each with its place. A flag given twice: the last one counts.
pub(super) fn read<'a>(words: impl IntoIterator<Item = (&'a str, Spot)>) -> Kubelet {
    let mut kubelet = Kubelet::default();
    let mut words = words.into_iter();
    while let Some((word, spot)) = words.next() {
        let Some((flag, value)) = (match word.split_once('=') {
            Some((flag, value)) => Some((flag, (value.to_owned(), spot))),
            None if matches!(word, "--max-pods" | "--kube-reserved") => {
                words.next().map(|(value, spot)| (word, (value.to_owned(), spot)))
            }
            None => None,
        }) else {
            continue;
        };
        let (value, spot) = value;
        match flag {
            "--max-pods" => {
                kubelet.max_pods = Some(Declared { value: Amount::new(&value, false), spot });
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
pub(super) fn split<'a>(text: &'a str, spot: &Spot) -> impl Iterator<Item = (&'a str, Spot)> {
    text.split_ascii_whitespace().map(|word| (word.trim_matches(['\'', '"']), spot.clone()))
}
