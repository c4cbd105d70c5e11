//! One op on the wire.

use alexandria_domain::{AnnotationId, CollectionId, DeviceId, Entity, Field, Hlc, Op, OpId, PublicationId};
use ciborium::Value as Cbor;

use super::card::Card;
use super::cbor::{self, CborError, Fields};
use super::value;

const ID: u64 = 0;
const AUTHOR: u64 = 1;
const STAMP: u64 = 2;
const OWNER: u64 = 3;
const ENTITY: u64 = 4;
const FIELD: u64 = 5;
const VALUE: u64 = 6;

const PUBLICATION: u64 = 0;
const SETTINGS: u64 = 1;
const ANNOTATION: u64 = 2;
const GROUP: u64 = 3;

const MEMBERSHIP: u64 = 0;
const POSITION: u64 = 1;
const TITLE: u64 = 2;
const SETTING: u64 = 3;
const CARD: u64 = 4;
const KIND: u64 = 5;
const ANCHOR: u64 = 6;
const COLOUR: u64 = 7;
const STYLE: u64 = 8;
const NOTE: u64 = 9;
const TAG: u64 = 10;
const DELETED: u64 = 11;
const ORIGIN: u64 = 12;
const SORT_TITLE: u64 = 13;
const AUTHORS: u64 = 14;
const SERIES: u64 = 15;
const LANGUAGE: u64 = 16;
const DESCRIPTION: u64 = 17;
const PUBLISHED: u64 = 18;
const RATING: u64 = 19;
const STATUS: u64 = 20;
const COLLECTION: u64 = 21;
const NAME: u64 = 22;
const QUERY: u64 = 23;

/// An op in the bytes that its author wrote, with as much of it as this version understands.
#[derive(Clone, Debug, PartialEq)]
pub struct WireOp {
    /// Unique; a second delivery of the same op changes nothing.
    pub id: OpId,
    /// The device that made the op. Not always the device that signs the record: a library restored from a backup is a
    /// new device and sends what the old one had not sent.
    pub author: DeviceId,
    /// When it was made.
    pub stamp: Hlc,
    /// The publication whose permanent deletion deletes the op too.
    pub owner: Option<PublicationId>,
    /// What it says.
    pub content: Content,
    bytes: Vec<u8>,
}

/// What an op says.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// A change of a register that the domain knows.
    Op(Op),
    /// What a device that does not have the file shows of a publication; `None` removes the card.
    Card(PublicationId, Option<Box<Card>>),
    /// Of a later version: stored, and passed on, in its bytes.
    Unknown,
}

impl WireOp {
    /// Encodes an op of the domain.
    ///
    /// # Errors
    /// [`CborError::Unencodable`] for a value that this version does not know: such an op is sent in the bytes in which it
    /// came.
    pub fn of(op: &Op) -> Result<Self, CborError> {
        let entity = match op.entity {
            Entity::Publication(id) => kind(PUBLICATION, Some(cbor::bytes(id.as_bytes()))),
            Entity::Settings => kind(SETTINGS, None),
            Entity::Annotation { id, publication } => {
                let ids = vec![cbor::bytes(id.as_bytes()), cbor::bytes(publication.as_bytes())];
                kind(ANNOTATION, Some(Cbor::Array(ids)))
            }
            Entity::Collection(id) => kind(GROUP, Some(cbor::bytes(id.as_bytes()))),
        };
        let field = encode_field(&op.field);
        let envelope = Envelope { id: op.id, author: op.device, stamp: op.stamp, owner: op.owner };
        let bytes = envelope.encode(entity, field, value::encode(&op.value)?)?;
        Ok(Self::from_parts(&envelope, Content::Op(op.clone()), bytes))
    }

    /// Encodes the card of a publication.
    ///
    /// # Errors
    /// If the encoder fails.
    pub fn card(
        id: OpId,
        author: DeviceId,
        stamp: Hlc,
        publication: PublicationId,
        card: Option<Box<Card>>,
    ) -> Result<Self, CborError> {
        let envelope = Envelope { id, author, stamp, owner: Some(publication) };
        let entity = kind(PUBLICATION, Some(cbor::bytes(publication.as_bytes())));
        let value = card.as_deref().map(Card::encode);
        let bytes = envelope.encode(entity, kind(CARD, None), value)?;
        Ok(Self::from_parts(&envelope, Content::Card(publication, card), bytes))
    }

    /// Reads an op. One of a kind that this version does not know is [`Content::Unknown`].
    ///
    /// # Errors
    /// If the bytes are not CBOR or have no id, author or stamp, which ops of all versions have.
    pub fn decode(bytes: &[u8]) -> Result<Self, CborError> {
        let mut fields = Fields::of(cbor::decode(bytes)?)?;
        let envelope = Envelope {
            id: OpId::from_bytes(cbor::array(&fields.need(ID)?)?),
            author: DeviceId::from_bytes(cbor::array(&fields.need(AUTHOR)?)?),
            stamp: Hlc::from_u64(cbor::unsigned(&fields.need(STAMP)?)?),
            owner: match fields.take(OWNER) {
                Some(owner) => Some(PublicationId::from_bytes(cbor::array(&owner)?)),
                None => None,
            },
        };
        let content = content(&envelope, fields).unwrap_or(Content::Unknown);
        Ok(Self::from_parts(&envelope, content, bytes.to_vec()))
    }

    /// The op as its author wrote it.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    fn from_parts(envelope: &Envelope, content: Content, bytes: Vec<u8>) -> Self {
        let Envelope { id, author, stamp, owner } = *envelope;
        Self { id, author, stamp, owner, content, bytes }
    }
}

/// The parts that ops of all versions have.
struct Envelope {
    id: OpId,
    author: DeviceId,
    stamp: Hlc,
    owner: Option<PublicationId>,
}

impl Envelope {
    fn encode(&self, entity: Cbor, field: Cbor, value: Option<Cbor>) -> Result<Vec<u8>, CborError> {
        cbor::encode(&cbor::map([
            (ID, Some(cbor::bytes(self.id.as_bytes()))),
            (AUTHOR, Some(cbor::bytes(self.author.as_bytes()))),
            (STAMP, Some(Cbor::from(self.stamp.to_u64()))),
            (OWNER, self.owner.map(|owner| cbor::bytes(owner.as_bytes()))),
            (ENTITY, Some(entity)),
            (FIELD, Some(field)),
            (VALUE, value),
        ]))
    }
}

fn kind(number: u64, of: Option<Cbor>) -> Cbor {
    Cbor::Array([Some(Cbor::from(number)), of].into_iter().flatten().collect())
}

/// The number of a field, and which one of that kind it is.
fn encode_field(field: &Field) -> Cbor {
    match field {
        Field::Membership => kind(MEMBERSHIP, None),
        Field::Position(device) => kind(POSITION, Some(cbor::bytes(device.as_bytes()))),
        Field::Title => kind(TITLE, None),
        Field::Setting(name) => kind(SETTING, Some(Cbor::from(name.as_str()))),
        Field::Kind => kind(KIND, None),
        Field::Anchor => kind(ANCHOR, None),
        Field::Colour => kind(COLOUR, None),
        Field::Style => kind(STYLE, None),
        Field::Note => kind(NOTE, None),
        Field::Tag(name) => kind(TAG, Some(Cbor::from(name.as_str()))),
        Field::Deleted => kind(DELETED, None),
        Field::Origin => kind(ORIGIN, None),
        Field::SortTitle => kind(SORT_TITLE, None),
        Field::Authors => kind(AUTHORS, None),
        Field::Series => kind(SERIES, None),
        Field::Language => kind(LANGUAGE, None),
        Field::Description => kind(DESCRIPTION, None),
        Field::Published => kind(PUBLISHED, None),
        Field::Rating => kind(RATING, None),
        Field::Status => kind(STATUS, None),
        Field::Collection(id) => kind(COLLECTION, Some(cbor::bytes(id.as_bytes()))),
        Field::Name => kind(NAME, None),
        Field::Query => kind(QUERY, None),
    }
}

/// The number and the argument of a kind.
fn parse_kind(value: Cbor) -> Result<(u64, Option<Cbor>), CborError> {
    let mut parts = cbor::list(value)?.into_iter();
    let number = cbor::unsigned(&parts.next().ok_or(CborError::Shape)?)?;
    let argument = parts.next();
    if parts.next().is_some() { Err(CborError::Shape) } else { Ok((number, argument)) }
}

/// What an op says, if this version understands all of it.
fn content(envelope: &Envelope, mut fields: Fields) -> Result<Content, CborError> {
    let entity = match parse_kind(fields.need(ENTITY)?)? {
        (PUBLICATION, Some(id)) => Entity::Publication(PublicationId::from_bytes(cbor::array(&id)?)),
        (SETTINGS, None) => Entity::Settings,
        (ANNOTATION, Some(ids)) => {
            let [id, publication]: [Cbor; 2] = cbor::list(ids)?.try_into().map_err(|_| CborError::Shape)?;
            Entity::Annotation {
                id: AnnotationId::from_bytes(cbor::array(&id)?),
                publication: PublicationId::from_bytes(cbor::array(&publication)?),
            }
        }
        (GROUP, Some(id)) => Entity::Collection(CollectionId::from_bytes(cbor::array(&id)?)),
        _ => return Err(CborError::Shape),
    };
    let field = parse_kind(fields.need(FIELD)?)?;
    let value = fields.take(VALUE);
    // A field that a later version added may change what the op means.
    if !fields.is_empty() || entity.owner() != envelope.owner {
        return Err(CborError::Shape);
    }
    let field = match (&entity, field) {
        (Entity::Publication(id), (CARD, None)) => {
            let card = value.map(Card::decode).transpose()?;
            return Ok(Content::Card(*id, card.map(Box::new)));
        }
        (Entity::Publication(_), field) => publication_field(field)?,
        (Entity::Settings, (SETTING, Some(name))) => Field::Setting(cbor::text(name)?),
        (Entity::Annotation { .. }, field) => annotation_field(field)?,
        (Entity::Collection(_), (NAME, None)) => Field::Name,
        (Entity::Collection(_), (QUERY, None)) => Field::Query,
        (Entity::Collection(_), (DELETED, None)) => Field::Deleted,
        _ => return Err(CborError::Shape),
    };
    let Envelope { id, author, stamp, owner } = *envelope;
    Ok(Content::Op(Op { id, owner, entity, field, value: value::decode(value)?, stamp, device: author }))
}

/// A field of a publication that is a register.
fn publication_field(field: (u64, Option<Cbor>)) -> Result<Field, CborError> {
    Ok(match field {
        (MEMBERSHIP, None) => Field::Membership,
        (POSITION, Some(id)) => Field::Position(DeviceId::from_bytes(cbor::array(&id)?)),
        (TITLE, None) => Field::Title,
        (TAG, Some(name)) => Field::Tag(cbor::text(name)?),
        (SORT_TITLE, None) => Field::SortTitle,
        (AUTHORS, None) => Field::Authors,
        (SERIES, None) => Field::Series,
        (LANGUAGE, None) => Field::Language,
        (DESCRIPTION, None) => Field::Description,
        (PUBLISHED, None) => Field::Published,
        (RATING, None) => Field::Rating,
        (STATUS, None) => Field::Status,
        (COLLECTION, Some(id)) => Field::Collection(CollectionId::from_bytes(cbor::array(&id)?)),
        _ => return Err(CborError::Shape),
    })
}

/// A field of an annotation.
fn annotation_field(field: (u64, Option<Cbor>)) -> Result<Field, CborError> {
    Ok(match field {
        (KIND, None) => Field::Kind,
        (ANCHOR, None) => Field::Anchor,
        (COLOUR, None) => Field::Colour,
        (STYLE, None) => Field::Style,
        (NOTE, None) => Field::Note,
        (TAG, Some(name)) => Field::Tag(cbor::text(name)?),
        (DELETED, None) => Field::Deleted,
        (ORIGIN, None) => Field::Origin,
        _ => return Err(CborError::Shape),
    })
}
