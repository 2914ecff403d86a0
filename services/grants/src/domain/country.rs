//! Countries, by their ISO 3166-1 alpha-2 code.

/// The officially assigned codes, as ISO 3166-1 has them (current as of ISO/TC 46 N1108,
/// 2023-04-05; the same 249 as in the tz database's iso3166.tab and Debian's iso-codes).
const ASSIGNED: &str = "\
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI \
    BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN \
    CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK \
    FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM \
    HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN \
    KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK \
    ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP \
    NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW \
    SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF \
    TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI \
    VN VU WF WS YE YT ZA ZM ZW";

/// Kosovo: ISO leaves `XK` to its users, and IATI's list of countries has it.
const KOSOVO: &str = "XK";

/// Whether this is the code of a country that a recipient may be in.
pub fn is_country(code: &str) -> bool {
    code == KOSOVO || ASSIGNED.split(' ').any(|it| it == code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_whole_and_in_order() {
        let codes: Vec<_> = ASSIGNED.split(' ').collect();
        assert_eq!(codes.len(), 249);
        assert!(codes.is_sorted_by(|a, b| a < b), "sorted, each once");
        assert!(
            codes
                .iter()
                .all(|it| it.len() == 2 && it.bytes().all(|it| it.is_ascii_uppercase()))
        );
    }

    #[test]
    fn a_code_is_assigned_or_kosovos() {
        for (code, good) in [
            ("MW", true),
            ("NO", true),
            ("SS", true),
            ("XK", true),
            ("UK", false),
            ("SU", false),
            ("EU", false),
            ("ZZ", false),
            ("mw", false),
            ("MWI", false),
            ("M", false),
            (" ", false),
            ("", false),
        ] {
            assert_eq!(is_country(code), good, "{code:?}");
        }
    }
}
