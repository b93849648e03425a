//! A sparse matrix: few of many features in each row.

/// Rows of features with their weights.
#[derive(Clone, Debug, Default)]
pub struct Matrix {
    /// Where each row ends.
    ends: Vec<usize>,
    features: Vec<(u32, f32)>,
}

impl Matrix {
    /// Adds a row below the others.
    pub fn push(&mut self, row: &[(u32, f32)]) {
        self.features.extend_from_slice(row);
        self.ends.push(self.features.len());
    }

    /// How many rows there are.
    pub const fn rows(&self) -> usize {
        self.ends.len()
    }

    /// The rows in their order.
    pub fn iter(&self) -> impl Iterator<Item = &[(u32, f32)]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, end)| &self.features[start..*end])
    }
}
