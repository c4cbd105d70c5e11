//! The stretching function of OPAQUE: Argon2id with a cost that is always stated.

use argon2::{Algorithm, Argon2, Params, Version};
use opaque_ke::errors::InternalError;
use opaque_ke::generic_array::{ArrayLength, GenericArray};
use opaque_ke::ksf::Ksf;

use crate::passphrase::Cost;

#[cfg(test)]
pub(super) mod tests;

/// The salt. It can be constant: what is stretched comes from the server's secret function, which differs for each account.
const SALT: [u8; 16] = [0; 16];

/// The cost is lower or higher than is accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the password cost is out of bounds: {} MiB, {} passes, {} lanes", .0.memory_kib / 1024, .0.passes, .0.lanes)]
pub struct CostOutOfBounds(pub Cost);

/// The cost of stretching an account's password. The server may state a higher one than [`STANDARD`](Self::STANDARD), never a
/// lower one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasswordCost(Cost);

impl PasswordCost {
    /// The cost of new passwords, and the lowest that is accepted: 64 MiB, three passes, one lane. No account had a lower one.
    pub const STANDARD: Self = Self(Cost::STANDARD);
    /// The highest that is accepted, so that a server cannot exhaust the machine.
    pub const MAX: Self = Self(Cost::MAX);

    /// A cost as stated by the server or by a key bundle.
    ///
    /// # Errors
    /// When it is lower than [`STANDARD`](Self::STANDARD) or higher than [`MAX`](Self::MAX).
    pub fn new(cost: Cost) -> Result<Self, CostOutOfBounds> {
        if cost.is_within(&Cost::STANDARD, &Cost::MAX) { Ok(Self(cost)) } else { Err(CostOutOfBounds(cost)) }
    }

    /// The parameters of Argon2id.
    #[must_use]
    pub const fn cost(self) -> Cost {
        self.0
    }
}

/// The function with its cost.
pub(super) struct Stretch(PasswordCost);

impl Stretch {
    pub(super) const fn new(cost: PasswordCost) -> Self {
        Self(cost)
    }
}

/// What opaque-ke takes if none is given. We always give one; the crate's own default would be weaker.
impl Default for Stretch {
    fn default() -> Self {
        Self(PasswordCost::STANDARD)
    }
}

impl Ksf for Stretch {
    fn hash<L: ArrayLength<u8>>(&self, input: GenericArray<u8, L>) -> Result<GenericArray<u8, L>, InternalError> {
        let Cost { memory_kib, passes, lanes } = self.0.cost();
        #[cfg(test)]
        tests::record(self.0.cost());
        let params = Params::new(memory_kib, passes, lanes, Some(input.len())).map_err(|_| InternalError::KsfError)?;
        let mut output = GenericArray::default();
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(&input, &SALT, &mut output)
            .map_err(|_| InternalError::KsfError)?;
        Ok(output)
    }
}
