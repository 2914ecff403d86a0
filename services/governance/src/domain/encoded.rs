//! A message of the contract as a column holds it: its encoding. A column that cannot be read fails
//! where it is read, so that nothing is computed from what is not there.

use prost::Message;
use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::postgres::{PgArgumentBuffer, PgTypeInfo, PgValueRef};
use sqlx::{Decode, Encode, Postgres, Type};

/// A message, stored by its encoding.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Encoded<M>(pub M);

impl<M> Type<Postgres> for Encoded<M> {
    fn type_info() -> PgTypeInfo {
        <Vec<u8> as Type<Postgres>>::type_info()
    }
}

impl<M: Message> Encode<'_, Postgres> for Encoded<M> {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        <Vec<u8> as Encode<Postgres>>::encode_by_ref(&self.0.encode_to_vec(), buffer)
    }
}

impl<M: Message + Default> Decode<'_, Postgres> for Encoded<M> {
    fn decode(value: PgValueRef<'_>) -> Result<Self, BoxDynError> {
        let bytes = <&[u8] as Decode<Postgres>>::decode(value)?;
        Ok(Self(M::decode(bytes)?))
    }
}
