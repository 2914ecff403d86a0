//! Wishes: what PORTAL brings, each of a partner's, who knows of his own.

mod handlers;
mod store;

use platform::{Recorded, Viewer};
use prost::Message;
use proto::access::v1::Role;

use crate::app::App;
use crate::testing::v1 as pb;
use crate::testing::v1::wish_service_server::WishService;

platform::resource_name!(
    /// `wishes/{wish}`.
    WishName,
    "wishes/*"
);

platform::service! {
    WishService for App in pb {
        create_wish(CreateWishRequest) => handlers::create,
        update_wish(UpdateWishRequest) => handlers::update,
        get_wish(GetWishRequest) => platform::get,
        list_wishes(ListWishesRequest) => handlers::list,
    }
}

/// Whoever PORTAL acts for knows of what is his, since it is; the staff knows of all.
pub(crate) fn may_see(viewer: &Viewer<'_>, root: Recorded<'_>, it: Recorded<'_>) -> bool {
    let is_own = |of: Recorded<'_>| {
        pb::Wish::decode(of.after).is_ok_and(|it| it.partner == viewer.acting_for)
    };
    !viewer.roles.contains(&Role::Portal) || is_own(root) && is_own(it)
}
