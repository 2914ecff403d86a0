//! Wishes: what PORTAL brings, each of a partner's, who knows of his own.

mod handlers;
mod noun;
mod store;

use crate::app::App;
use crate::testing::v1 as pb;
use crate::testing::v1::wish_service_server::WishService;

pub(crate) use noun::may_see;

platform::service! {
    WishService for App in pb {
        create_wish(CreateWishRequest) => handlers::create,
        update_wish(UpdateWishRequest) => handlers::update,
        get_wish(GetWishRequest) => platform::get,
        list_wishes(ListWishesRequest) => handlers::list,
    }
}
