//! The three commands that make something smaller. They are different, and none does what another is for.

use crate::transfer::policy::Holding;

/// What the reader asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removal {
    /// Frees space here: the file, its passages and vectors go; card, place and everything the reader wrote stay.
    FromThisDevice,
    /// Moves the publication to the bin on all devices.
    Everywhere,
    /// Frees space in the account: the file stays on the devices that have it.
    FromTheCloud,
}

/// What has to be done, in the order of the fields.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RemovalSteps {
    /// The server is asked whether it still has the complete blob; only then the rest is done.
    pub confirm_blob: bool,
    /// An op says that the publication is in the bin.
    pub bin_op: bool,
    /// An op says that the card's file is not available, before the blob goes.
    pub unavailable_op: bool,
    /// The blob is deleted, which can be undone for 30 days.
    pub delete_blob: bool,
    /// File, passages and vectors on this device are deleted.
    pub delete_here: bool,
}

/// Why a command would lose the last copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RemovalError {
    /// The server has no copy, so this device keeps its own.
    #[error("the server does not have the file")]
    NotInTheCloud,
    /// This device has no copy, so the account keeps its own.
    #[error("the file is not on this device")]
    NotHere,
}

/// What a command does to a publication.
///
/// # Errors
/// If it would remove the only copy that is known of; deleting everywhere goes through the bin instead.
pub const fn steps(removal: Removal, holding: &Holding) -> Result<RemovalSteps, RemovalError> {
    const NONE: RemovalSteps = RemovalSteps {
        confirm_blob: false,
        bin_op: false,
        unavailable_op: false,
        delete_blob: false,
        delete_here: false,
    };
    match removal {
        Removal::FromThisDevice if !holding.is_available => Err(RemovalError::NotInTheCloud),
        Removal::FromThisDevice => Ok(RemovalSteps { confirm_blob: true, delete_here: true, ..NONE }),
        Removal::Everywhere => Ok(RemovalSteps { bin_op: true, ..NONE }),
        Removal::FromTheCloud if !holding.is_here => Err(RemovalError::NotHere),
        Removal::FromTheCloud => Ok(RemovalSteps { unavailable_op: true, delete_blob: true, ..NONE }),
    }
}

#[cfg(test)]
mod tests {
    use alexandria_domain::PublicationId;

    use super::*;

    #[test]
    fn removal_never_takes_the_only_copy() {
        let check =
            |removal: Removal, is_here: bool, is_available: bool, expect: Result<RemovalSteps, RemovalError>| {
                let publication = PublicationId::from_bytes([1; 16]);
                let holding =
                    Holding { publication, bytes: 1, opened_ms: None, is_pinned: false, is_here, is_available };
                assert_eq!(steps(removal, &holding), expect, "{removal:?} {is_here} {is_available}");
            };
        let none = RemovalSteps::default();
        let free = RemovalSteps { confirm_blob: true, delete_here: true, ..none };
        check(Removal::FromThisDevice, true, true, Ok(free));
        check(Removal::FromThisDevice, true, false, Err(RemovalError::NotInTheCloud));
        let forget = RemovalSteps { unavailable_op: true, delete_blob: true, ..none };
        check(Removal::FromTheCloud, true, true, Ok(forget));
        check(Removal::FromTheCloud, false, true, Err(RemovalError::NotHere));
        check(Removal::Everywhere, false, false, Ok(RemovalSteps { bin_op: true, ..none }));
    }
}
