//! Sorting more pairs of numbers than are held in memory: sorted runs in unlinked temporary files, merged.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, Write};

/// Two numbers, sorted by the first and then the second.
pub(super) type Pair = (u64, u64);

/// Pairs in memory: 2 MiB of them.
const HELD_MAX: usize = 128 * 1024;

/// Pairs that are being collected.
#[derive(Debug)]
pub(super) struct Sorter {
    held: Vec<Pair>,
    held_max: usize,
    runs: Vec<File>,
}

impl Sorter {
    pub(super) fn new() -> Self {
        Self::holding(HELD_MAX)
    }

    fn holding(held_max: usize) -> Self {
        Self {
            held: Vec::new(),
            held_max,
            runs: Vec::new(),
        }
    }

    pub(super) fn push(&mut self, pair: Pair) -> io::Result<()> {
        self.held.push(pair);
        if self.held.len() == self.held_max {
            self.write_run()?;
        }
        Ok(())
    }

    fn write_run(&mut self) -> io::Result<()> {
        self.held.sort_unstable();
        let mut writer = BufWriter::new(tempfile::tempfile()?);
        for (first, second) in self.held.drain(..) {
            writer.write_all(&first.to_be_bytes())?;
            writer.write_all(&second.to_be_bytes())?;
        }
        let mut run = writer.into_inner()?;
        run.rewind()?;
        self.runs.push(run);
        Ok(())
    }

    /// All of them, in order.
    pub(super) fn sorted(mut self) -> io::Result<Sorted> {
        if !self.held.is_empty() {
            self.write_run()?;
        }
        let mut sorted = Sorted {
            runs: self.runs.into_iter().map(BufReader::new).collect(),
            next: BinaryHeap::new(),
        };
        for run in 0..sorted.runs.len() {
            sorted.read(run)?;
        }
        Ok(sorted)
    }
}

/// Pairs in order.
#[derive(Debug)]
pub(super) struct Sorted {
    runs: Vec<BufReader<File>>,
    /// The next pair of each run.
    next: BinaryHeap<Reverse<(Pair, usize)>>,
}

impl Sorted {
    /// The next pair.
    pub(super) fn next(&mut self) -> io::Result<Option<Pair>> {
        let Some(Reverse((pair, run))) = self.next.pop() else {
            return Ok(None);
        };
        self.read(run)?;
        Ok(Some(pair))
    }

    fn read(&mut self, run: usize) -> io::Result<()> {
        let mut bytes = [[0; 8]; 2];
        match self.runs[run].read_exact(bytes.as_flattened_mut()) {
            Ok(()) => {
                let [first, second] = bytes.map(u64::from_be_bytes);
                self.next.push(Reverse(((first, second), run)));
                Ok(())
            }
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(()),
            Err(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(pairs: &[Pair], held_max: usize) -> Vec<Pair> {
        let mut sorter = Sorter::holding(held_max);
        for pair in pairs {
            sorter.push(*pair).unwrap();
            assert!(sorter.held.len() < held_max, "no more is held");
        }
        let mut sorted = sorter.sorted().unwrap();
        std::iter::from_fn(|| sorted.next().unwrap()).collect()
    }

    #[test]
    fn pairs_are_sorted_however_few_are_held() {
        // A permutation of 0..1009, each twice, since 7 has an inverse modulo the prime.
        let pairs: Vec<Pair> = (0..2 * 1009).map(|it| (it * 7 % 1009, it / 1009)).collect();
        let mut expected = pairs.clone();
        expected.sort_unstable();
        for held_max in [2, 3, 100, 5_000] {
            assert!(sorted(&pairs, held_max) == expected, "{held_max}");
        }
        assert_eq!(sorted(&[], 2), []);
    }
}
