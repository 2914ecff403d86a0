//! Values on the wire, and their bounds.

use std::collections::BTreeSet;

use fields::{Fields, NokSign, nok};
use proto::field_reason;
use proto::rules::v1 as pb;
use proto::rules::v1::rule_value::Kind as OnWire;

use crate::value::{
    Ages, Class, Classes, Code, Codes, Days, Months, Number, Ore, Row, Share, Table, Text, Value,
    Weeks,
};

const DAYS_MAX: i64 = 36_500;
const WEEKS_MAX: i64 = 5_200;
const MONTHS_MAX: i64 = 1_200;
const NUMBER_MAX: i64 = 1_000_000_000;
const AGE_MAX: i32 = 120;
const DENOMINATOR_MAX: i64 = 1_000_000;
const TEXT_LENGTH_MAX: usize = 2000;
const CODE_LENGTH_MAX: usize = 60;
const CODES_MAX: usize = 200;
const CLASSES_MAX: usize = 50;
const CLASS_DAYS_MAX: i32 = 365;
const RECIPIENTS_MAX: usize = 5;
const RECIPIENT_LENGTH_MAX: usize = 100;

impl Value {
    /// Reads a value of this kind, noting every bad field; none where it is of another kind, or is not
    /// given.
    pub fn parse(
        fields: &mut Fields,
        path: &str,
        kind: &'static str,
        given: Option<&pb::RuleValue>,
    ) -> Option<Self> {
        let Some(given) = given.and_then(|it| it.kind.as_ref()) else {
            fields.refuse(path, field_reason::ValueKind { kind });
            return None;
        };
        let at = |name: &str| format!("{path}.{name}");
        let value = match given {
            OnWire::Days(it) => Self::Days(Days(within(fields, at("days"), *it, DAYS_MAX))),
            OnWire::Weeks(it) => Self::Weeks(Weeks(within(fields, at("weeks"), *it, WEEKS_MAX))),
            OnWire::Months(it) => {
                Self::Months(Months(within(fields, at("months"), *it, MONTHS_MAX)))
            }
            OnWire::Number(it) => {
                Self::Number(Number(within(fields, at("number"), *it, NUMBER_MAX)))
            }
            OnWire::Amount(it) => Self::Ore(Ore(fields.nok(
                &at("amount"),
                Some(it),
                NokSign::NotNegative,
            ))),
            OnWire::Ages(it) => Self::Ages(Ages::parse(fields, &at("ages"), it)),
            OnWire::Share(it) => Self::Share(Share::parse(fields, &at("share"), it)),
            OnWire::Text(it) => Self::Text(Text::parse(fields, &at("text"), Some(it))),
            OnWire::Codes(it) => Self::Codes(Codes::parse(fields, &at("codes"), it)),
            OnWire::Table(it) => Self::Table(Table::parse(fields, &at("table"), it)),
            OnWire::Classes(it) => Self::Classes(Classes::parse(fields, &at("classes"), it)),
        };
        if value.kind() != kind {
            fields.refuse(path, field_reason::ValueKind { kind });
            return None;
        }
        Some(value)
    }
}

impl From<Value> for pb::RuleValue {
    fn from(it: Value) -> Self {
        let kind = match it {
            Value::Days(it) => OnWire::Days(it.0),
            Value::Weeks(it) => OnWire::Weeks(it.0),
            Value::Months(it) => OnWire::Months(it.0),
            Value::Number(it) => OnWire::Number(it.0),
            Value::Ore(it) => OnWire::Amount(nok(it.0)),
            Value::Ages(Ages { from, to }) => OnWire::Ages(pb::Ages { from, to }),
            Value::Share(it) => OnWire::Share(pb::Share {
                numerator: it.numerator,
                denominator: it.denominator,
            }),
            Value::Text(it) => OnWire::Text(it.into()),
            Value::Codes(it) => OnWire::Codes(pb::Codes {
                codes: it.0.into_iter().map(Into::into).collect(),
            }),
            Value::Table(it) => OnWire::Table(pb::Table {
                rows: it.0.into_iter().map(Into::into).collect(),
            }),
            Value::Classes(it) => OnWire::Classes(pb::Classes {
                classes: it.0.into_iter().map(Into::into).collect(),
            }),
        };
        Self { kind: Some(kind) }
    }
}

/// A number from 0 to `max`.
fn within(fields: &mut Fields, field: String, number: i64, max: i64) -> i64 {
    if !(0..=max).contains(&number) {
        fields.refuse(field, field_reason::Range { min: 0, max });
    }
    number
}

/// There are 1 to `max`, and no two of the same key.
fn check_rows<'a>(
    fields: &mut Fields,
    field: &str,
    keys: impl ExactSizeIterator<Item = &'a str>,
    max: usize,
) {
    let count = keys.len();
    if !(1..=max).contains(&count) {
        fields.refuse(field, field_reason::Count { min: 1, max });
    }
    if keys.collect::<BTreeSet<_>>().len() < count {
        fields.refuse(field, field_reason::Repeated);
    }
}

impl Ages {
    fn parse(fields: &mut Fields, path: &str, it: &pb::Ages) -> Self {
        for (name, age, min) in [("from", it.from, 0), ("to", it.to, it.from)] {
            if !(min..=AGE_MAX).contains(&age) {
                fields.refuse(
                    format!("{path}.{name}"),
                    field_reason::Range { min, max: AGE_MAX },
                );
            }
        }
        let (from, to) = (it.from, it.to);
        Self { from, to }
    }
}

impl Share {
    fn parse(fields: &mut Fields, path: &str, it: &pb::Share) -> Self {
        let (min, max) = (1, DENOMINATOR_MAX);
        if !(min..=max).contains(&it.denominator) {
            let wrong = field_reason::Range { min, max };
            fields.refuse(format!("{path}.denominator"), wrong);
        }
        let numerator = format!("{path}.numerator");
        Self {
            numerator: within(fields, numerator, it.numerator, it.denominator.max(0)),
            denominator: it.denominator,
        }
    }
}

impl Text {
    fn parse(fields: &mut Fields, path: &str, given: Option<&pb::Text>) -> Self {
        let it = given.cloned().unwrap_or_default();
        let mut text =
            |name: &str, text: &str| fields.text(&format!("{path}.{name}"), text, TEXT_LENGTH_MAX);
        Self {
            nb: text("nb", &it.nb),
            nn: text("nn", &it.nn),
            en: text("en", &it.en),
        }
    }
}

impl From<Text> for pb::Text {
    fn from(Text { nb, nn, en }: Text) -> Self {
        Self { nb, nn, en }
    }
}

impl Codes {
    fn parse(fields: &mut Fields, path: &str, it: &pb::Codes) -> Self {
        let keys = it.codes.iter().map(|it| it.code.as_str());
        check_rows(fields, path, keys, CODES_MAX);
        let codes = it.codes.iter().take(CODES_MAX).enumerate();
        let codes = codes.map(|(index, it)| Code {
            code: fields.identity(&format!("{path}[{index}].code"), &it.code, CODE_LENGTH_MAX),
            label: Text::parse(fields, &format!("{path}[{index}].label"), it.label.as_ref()),
        });
        Self(codes.collect())
    }
}

impl From<Code> for pb::Code {
    fn from(Code { code, label }: Code) -> Self {
        let label = Some(label.into());
        Self { code, label }
    }
}

impl Table {
    fn parse(fields: &mut Fields, path: &str, it: &pb::Table) -> Self {
        let keys = it.rows.iter().map(|it| it.key.as_str());
        check_rows(fields, path, keys, CODES_MAX);
        let rows = it.rows.iter().take(CODES_MAX).enumerate();
        let rows = rows.map(|(index, it)| Row {
            key: fields.identity(&format!("{path}[{index}].key"), &it.key, CODE_LENGTH_MAX),
            number: within(
                fields,
                format!("{path}[{index}].number"),
                it.number,
                NUMBER_MAX,
            ),
        });
        Self(rows.collect())
    }
}

impl From<Row> for pb::table::Row {
    fn from(Row { key, number }: Row) -> Self {
        Self { key, number }
    }
}

impl Classes {
    fn parse(fields: &mut Fields, path: &str, it: &pb::Classes) -> Self {
        let keys = it.classes.iter().map(|it| it.code.as_str());
        check_rows(fields, path, keys, CLASSES_MAX);
        let classes = it.classes.iter().take(CLASSES_MAX).enumerate();
        let classes =
            classes.map(|(index, it)| Class::parse(fields, &format!("{path}[{index}]"), it));
        Self(classes.collect())
    }
}

impl Class {
    fn parse(fields: &mut Fields, path: &str, it: &pb::Class) -> Self {
        let at = |name: &str| format!("{path}.{name}");
        if !(0..=CLASS_DAYS_MAX).contains(&it.days) {
            let max = CLASS_DAYS_MAX;
            fields.refuse(at("days"), field_reason::Range { min: 0, max });
        }
        let recipients = it.recipients.iter().collect::<BTreeSet<_>>();
        if recipients.len() < it.recipients.len() {
            fields.refuse(at("recipients"), field_reason::Repeated);
        }
        if it.recipients.len() > RECIPIENTS_MAX {
            let max = RECIPIENTS_MAX;
            fields.refuse(at("recipients"), field_reason::TooMany { max });
        }
        let recipients = it.recipients.iter().take(RECIPIENTS_MAX).enumerate();
        let recipients = recipients.map(|(index, it)| {
            fields.identity(
                &at(&format!("recipients[{index}]")),
                it,
                RECIPIENT_LENGTH_MAX,
            )
        });
        Self {
            recipients: recipients.collect(),
            code: fields.identity(&at("code"), &it.code, CODE_LENGTH_MAX),
            label: Text::parse(fields, &at("label"), it.label.as_ref()),
            days: it.days,
            recommendation_required: it.recommendation_required,
            result: it.result,
            goal: it.goal,
            coordination: it.coordination,
        }
    }
}

impl From<Class> for pb::Class {
    fn from(it: Class) -> Self {
        Self {
            code: it.code,
            label: Some(it.label.into()),
            days: it.days,
            recommendation_required: it.recommendation_required,
            recipients: it.recipients,
            result: it.result,
            goal: it.goal,
            coordination: it.coordination,
        }
    }
}
