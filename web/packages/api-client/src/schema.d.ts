// Generated from openapi.json by `npm run generate`. Do not edit.

export interface paths {
    "/api/carts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Makes a cart, with a first line where one is named. A browser that has one already keeps it, and the line is added. */
        post: operations["create_cart"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/carts/{cart}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The cart as it is now. */
        get: operations["find_cart"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/carts/{cart}/accepted-prices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Says that the shopper has seen what the lines cost now. */
        post: operations["accept_prices"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/carts/{cart}/coupons/{coupon}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Enters a coupon. That it exists is all that is asked for; the quote says what comes of it. */
        put: operations["enter_coupon"];
        post?: never;
        /** Takes a coupon back. */
        delete: operations["remove_coupon"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/carts/{cart}/delivery": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Chooses how the goods are delivered. */
        put: operations["choose_delivery"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/carts/{cart}/destination": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Says where the goods are to go, or that nobody knows. */
        put: operations["set_destination"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/carts/{cart}/gift-cards": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Has a gift card pay for the cart, as far as it reaches; the quote says how much that is. A cart has at most three. */
        post: operations["apply_gift_card"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/carts/{cart}/gift-cards/{gift_card}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Takes a gift card back. */
        delete: operations["remove_gift_card"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/carts/{cart}/lines": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Puts so many more of a variant into the cart. */
        post: operations["add_cart_line"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/carts/{cart}/lines/{sku}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Sets how many of a variant are in the cart. */
        put: operations["set_cart_line"];
        post?: never;
        /** Takes a variant out of the cart. */
        delete: operations["remove_cart_line"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/carts/{cart}/note": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Writes a note, or takes it away. */
        put: operations["set_cart_note"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/carts/{cart}/quote": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the cart costs, and with `explain=true` why. */
        get: operations["find_quote"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/carts/{cart}/saved/{sku}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Puts a line of the cart aside for later. */
        put: operations["save_for_later"];
        post?: never;
        /** Forgets what was put aside. */
        delete: operations["remove_saved"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/carts/{cart}/saved/{sku}/move-to-cart": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Makes what was put aside a line of the cart again, with the units it had. */
        post: operations["move_to_cart"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/carts/{cart}/wishlist/{sku}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Puts a variant on the wishlist. */
        put: operations["add_wish"];
        post?: never;
        /** Takes a variant off the wishlist. */
        delete: operations["remove_wish"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/categories": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The categories as a tree: all, or in a large shop the upper levels that have no more than 500 together (the uppermost
         *     in any case, as many of it).
         */
        get: operations["list_categories"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/checkouts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Orders what is in the cart: its goods are held from then on, and the answer says how it is paid. Whoever asks again, with
         *     the same key or from another tab, gets the same order.
         */
        post: operations["place_order"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/clicks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Counts that a result was followed. */
        post: operations["count_click"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/collections/{slug}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A collection. Its products are listed by `/api/products?collection=`. */
        get: operations["find_collection"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/home": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The home page. */
        get: operations["find_home"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/markets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where the shop sells, in which currencies and languages. */
        get: operations["list_markets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/navigation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What stands around every page. */
        get: operations["find_navigation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/order-look-ups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Finds an order by its number and the e-mail address it was made with. Neither alone tells anything. */
        post: operations["look_up_order"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/orders/{order}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The order as it is now. How it is to be paid is not told here: for that the provider is asked, by `POST …/payment`. */
        get: operations["find_order"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/orders/{order}/cancellation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Takes an order back that is not paid for: its goods are free again, and the cart is open as it was. */
        post: operations["cancel_order"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/orders/{order}/hold-extension": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Holds the goods for longer, once. */
        post: operations["extend_hold"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/orders/{order}/legal-texts/{kind}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A text of the shop under which the order was placed, as it was then. */
        get: operations["find_legal_text"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/orders/{order}/payment": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Asks the payment provider how the payment stands, and answers with the order as it is then: for a browser that has just
         *     confirmed a payment, or comes back from where it was sent to.
         */
        post: operations["settle_order"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/pages/{slug}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A page of text by its slug. */
        get: operations["find_page"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/popular": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What people look at, as far as it is sold in the market. */
        get: operations["list_popular"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/products": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists products: all, those of a category or those of a collection. */
        get: operations["list_products"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/products/{slug}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A product by its slug. An old slug answers with the way to the present one, and so does a product's code, behind a
         *     `~` where a slug could be taken for it.
         */
        get: operations["find_product"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Searches products. */
        get: operations["search_products"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/socket-tickets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A ticket for a WebSocket on which the order is followed: it opens one, within a minute. */
        post: operations["create_ticket"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/suggest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Suggests what somebody may mean who is still typing: queries, categories and products. */
        get: operations["suggest"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/views": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Counts that the page of a product was looked at. */
        post: operations["count_view"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/webhooks/payments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What the payment provider tells: a reason to ask it. Without a secret to prove it by there is no such address. */
        post: operations["hear_webhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/config.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What differs between the shapes a shop runs in: read by the web apps when they start. */
        get: operations["find_config"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the process answers at all. */
        get: operations["health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/media/{id}/{file}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A picture's file. It never changes: its address is the digest of its content. */
        get: operations["find_picture"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Metrics in Prometheus' text form. */
        get: operations["render_metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the shop can serve: its store is read and lists are answered. While the index is built, it says how far that is. */
        get: operations["readiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description So many more of a variant. */
        AddLineBody: {
            /**
             * Format: int32
             * @description How many more; as few as there may be where it is not said, mostly one.
             */
            quantity?: number | null;
            /** @description The variant. */
            sku: string;
        };
        /** @description The same thing in another locale. */
        Alternate: {
            /** @description The locale. */
            locale: string;
            /** @description The part of the address there. */
            slug: string;
        };
        /** @description What is known of a product beyond its texts. */
        AttributeRow: {
            /** @description The attribute's code. */
            code: string;
            /** @description What a shopper reads before the value. */
            name: string;
            /** @description The value, with its unit. */
            value: string;
        };
        /**
         * @description Whether something can be had.
         * @enum {string}
         */
        Availability: "in_stock" | "low_stock" | "back_order" | "sold_out";
        /**
         * @description What a price per unit is per.
         * @enum {string}
         */
        BaseUnit: "kg" | "l" | "m" | "m2";
        /** @description A step on the way from the top of the categories. */
        Breadcrumb: {
            /** @description Its name. */
            name: string;
            /** @description The category's part of the address. */
            slug: string;
        };
        /**
         * @description Why an order was cancelled.
         * @enum {string}
         */
        CancelReason: "expired" | "cart_changed" | "shopper" | "staff" | "not_captured";
        /**
         * @description Who keeps what opens a new cart.
         * @enum {string}
         */
        CapabilityKeeper: "cookie" | "client";
        /** @description A cart with everything in it, as it stands now. */
        Cart: {
            /**
             * @description ISO 4217.
             * @example EUR
             */
            currency: string;
            destination?: components["schemas"]["Destination"] | null;
            /**
             * Format: date-time
             * @description When it is gone if nobody changes it.
             */
            expires_at: string;
            /**
             * @description Which one: no secret, and no key either.
             * @example cart_01920000000070008000000000000001
             */
            id: string;
            /** @description What is to be bought, in the order it was put in. */
            lines: components["schemas"]["CartLine"][];
            /** @description The market whose prices it has. */
            market: string;
            /** @description What the shopper wants to say. */
            note?: string | null;
            quote?: components["schemas"]["Quote"] | null;
            /** @description What is saved for later. */
            saved: components["schemas"]["CartLine"][];
            /**
             * Format: int64
             * @description How many units its lines have.
             */
            units: number;
            /**
             * Format: int64
             * @description Counts its changes.
             */
            version: number;
            /** @description What is wished for. */
            wishes: components["schemas"]["CartItem"][];
        };
        /** @description A variant in a cart or on its wishlist. */
        CartItem: {
            /** @description Whether it can be had. */
            availability: components["schemas"]["Availability"];
            /** @description Whether it is downloaded or comes by mail, so that nothing is sent. */
            digital: boolean;
            /** @description The product's name; the SKU where the product is gone. */
            name: string;
            /** @description What the variant is among its likes, such as colour and size. */
            options: components["schemas"]["CartOption"][];
            picture?: components["schemas"]["Picture"] | null;
            /** @description The product's code. */
            product: string;
            /** @description The variant. */
            sku: string;
            /** @description The product's part of the address; absent where it is no longer shown. */
            slug?: string | null;
            /** @description The name of the quiet colour behind its picture. */
            tint: string;
            /**
             * Format: int64
             * @description What one costs at present, in minor units; absent where it is not sold here any more.
             */
            unit_price?: number | null;
        };
        /** @description A line of a cart. */
        CartLine: components["schemas"]["CartItem"] & {
            /**
             * Format: int32
             * @description The most that one cart may have of the product, all its variants together, where those share a limit.
             */
            max_per_cart?: number | null;
            /** @description What the shopper must be told of it. */
            notices: components["schemas"]["CartNotice"][];
            /**
             * Format: int32
             * @description How many.
             */
            quantity: number;
            /**
             * Format: int32
             * @description The most that one cart may have of it.
             */
            quantity_max: number;
            /**
             * Format: int32
             * @description The least that one cart may have of it.
             */
            quantity_min: number;
            /**
             * Format: int32
             * @description In what steps: the number of units is a multiple of it.
             */
            quantity_step: number;
        };
        /** @description What has happened to a line since its shopper looked. */
        CartNotice: {
            /** @enum {string} */
            code: "price_changed";
            /**
             * Format: int64
             * @description What it costs now.
             */
            is: number;
            /**
             * Format: int64
             * @description What it cost when it was seen last.
             */
            was: number;
        } | {
            /**
             * Format: int64
             * @description So many are in the line.
             */
            asked: number;
            /**
             * Format: int64
             * @description So many can be had.
             */
            available: number;
            /** @enum {string} */
            code: "not_enough";
        } | {
            /**
             * Format: int64
             * @description So many may be.
             */
            allowed: number;
            /**
             * Format: int64
             * @description So many are in the line.
             */
            asked: number;
            /** @enum {string} */
            code: "quantity_not_allowed";
        } | {
            /**
             * Format: int64
             * @description So many may be beside those of the other lines.
             */
            allowed: number;
            /**
             * Format: int64
             * @description So many are in the line.
             */
            asked: number;
            /** @enum {string} */
            code: "product_quantity_not_allowed";
            /**
             * Format: int32
             * @description The most that there may be of the product.
             */
            max: number;
        } | {
            /** @enum {string} */
            code: "not_sold";
        };
        /** @description What a variant is in one of the product's options. */
        CartOption: {
            /** @description The choice, such as `Red`. */
            label: string;
            /** @description The option's name, such as `Colour`. */
            name: string;
        };
        /** @description Categories as a tree. */
        Categories: {
            /** @description Those at the top. */
            categories: components["schemas"]["Category"][];
        };
        /** @description Ways in by category. */
        CategoriesSection: {
            /** @description The categories. */
            categories: components["schemas"]["CategoryTile"][];
            /** @description The heading. */
            title: string;
        };
        /** @description A category with those below it. */
        Category: {
            /** @description Where else it is to be found, this locale included. */
            alternates: components["schemas"]["Alternate"][];
            /** @description The categories below it, as far as they are told. */
            children: components["schemas"]["Category"][];
            /** @description A sentence or two. */
            description: string;
            /** @description Its name. */
            name: string;
            picture?: components["schemas"]["Picture"] | null;
            /** @description Its part of the address. */
            slug: string;
            /** @description The name of the quiet colour behind its pictures. */
            tint: string;
        };
        /** @description A category on the home page. */
        CategoryTile: {
            /** @description Its name. */
            name: string;
            picture?: components["schemas"]["Picture"] | null;
            /** @description Its part of the address. */
            slug: string;
            /** @description The name of the quiet colour behind its picture. */
            tint: string;
        };
        /** @description A cart to be ordered. */
        CheckoutBody: {
            /**
             * @description Whether whoever orders agrees that what is digital is delivered at once, before the time to withdraw is over, and knows that
             *     they lose the right of withdrawal from it by that. Needed where a line is `digital` and there is a text on withdrawal.
             */
            consents_to_immediate_digital_delivery?: boolean;
            /** @description Who orders, and where it goes. */
            contact: components["schemas"]["OrderContact"];
            /**
             * @description The `legal_links` of the navigation that the shopper saw beside the button: where they are not what applies now, nothing
             *     is ordered. Where they are not named, whatever applies is agreed to.
             */
            legal_texts?: components["schemas"]["ShownLegalText"][] | null;
            /** @description The `id` of the quote that the shopper saw. Nobody else names an amount. */
            quote_id: string;
        };
        /** @description A product that was followed from a list of results, or from suggestions. */
        Click: {
            /**
             * @description Language and country, such as `de-de`.
             * @example en-gb
             */
            locale: string;
            /**
             * Format: int32
             * @description Its place among them, from 1.
             */
            position?: number | null;
            /** @description The product's code. */
            product: string;
            /** @description The words whose results it was among, with `position`; neither where it was suggested. */
            q?: string | null;
        };
        /** @description A collection. */
        Collection: {
            /** @description Where else it is to be found, this locale included. */
            alternates: components["schemas"]["Alternate"][];
            /** @description A sentence or two. */
            description: string;
            /** @description Its name. */
            name: string;
            picture?: components["schemas"]["Picture"] | null;
            /** @description Its part of the address. */
            slug: string;
            /** @description The name of the quiet colour behind its pictures. */
            tint: string;
        };
        /** @description What differs between the shapes a shop runs in. */
        Config: {
            /** @description Where the API is. */
            api: string;
            /** @description The locale for somebody of whom nothing is known. */
            default_locale: string;
            /** @description Whether this is a demo, in which nothing is sold. */
            demo: boolean;
            /** @description Where a demo shows the mails that it does not send. */
            mailbox?: string | null;
            /** @description How shoppers pay. */
            payment: components["schemas"]["PaymentConfig"];
            /** @description The release. */
            version: string;
        };
        /** @description A company that answers for a product. */
        Contact: {
            /** @description Its postal address. */
            address: string;
            /** @description Its electronic address. */
            email?: string | null;
            /** @description Its name. */
            name: string;
        };
        /**
         * @description Why a payment was declined, as far as a shopper can do something about it.
         * @enum {string}
         */
        DeclineKind: "insufficient_funds" | "expired" | "mistyped" | "not_authenticated" | "try_again" | "refused";
        /** @description How the goods are to be delivered. */
        DeliveryBody: {
            /** @description The method's code; `null` chooses none. */
            method?: string | null;
        };
        /** @description Where goods go. */
        Destination: {
            /**
             * @description ISO 3166-1.
             * @example DE
             */
            country: string;
            /** @description Letters and digits; spaces and hyphens do not count. */
            postal_code?: string | null;
            /**
             * @description The second part of an ISO 3166-2 code.
             * @example NY
             */
            region?: string | null;
        };
        /** @description Where the goods are to go. */
        DestinationBody: {
            destination?: components["schemas"]["Destination"] | null;
        };
        /** @description Something a list can be filtered by. Its counts are those without its own filter. */
        Facet: {
            /**
             * @description What stands before the colon of a filter: `category`, `brand`, `price`, `availability`, `reduced` or
             *     `attribute.` and an attribute's code.
             */
            key: string;
            /** @description How it is chosen from. */
            kind: components["schemas"]["FacetKind"];
            /** @description What a shopper reads. */
            label: string;
            range?: components["schemas"]["FacetRange"] | null;
            /** @description Its values, at most 50. */
            values: components["schemas"]["FacetValue"][];
        };
        /**
         * @description How a facet is chosen from.
         * @enum {string}
         */
        FacetKind: "values" | "range";
        /** @description The ends of a range, in minor units. */
        FacetRange: {
            /**
             * Format: int64
             * @description The highest value among the hits.
             */
            maximum: number;
            /**
             * Format: int64
             * @description The lowest value among the hits.
             */
            minimum: number;
            /**
             * Format: int64
             * @description The upper end that is filtered by.
             */
            selected_maximum?: number | null;
            /**
             * Format: int64
             * @description The lower end that is filtered by.
             */
            selected_minimum?: number | null;
        };
        /** @description A value of a facet. */
        FacetValue: {
            /** @description `#rrggbb`, for colours. */
            color?: string | null;
            /**
             * Format: int64
             * @description How many hits have it.
             */
            count: number;
            /** @description What a shopper reads. */
            label: string;
            /** @description Whether it is filtered by. */
            selected: boolean;
            /** @description What stands behind the colon of a filter. */
            value: string;
        };
        /** @description A gift card that is to pay. */
        GiftCardBody: {
            /** @description Its code, however it is typed. */
            code: string;
        };
        /** @description A piece of a text. */
        Highlight: {
            /** @description Whether the words that were searched matched it. */
            marked: boolean;
            /** @description The piece. */
            text: string;
        };
        /** @description The home page. */
        Home: {
            /** @description What stands on it, from the top. */
            sections: components["schemas"]["HomeSection"][];
            /** @description For search engines. */
            seo: components["schemas"]["Seo"];
        };
        /** @description A section of the home page. */
        HomeSection: (components["schemas"]["Opening"] & {
            /** @enum {string} */
            kind: "opening";
        }) | (components["schemas"]["CategoriesSection"] & {
            /** @enum {string} */
            kind: "categories";
        }) | (components["schemas"]["ProductsSection"] & {
            /** @enum {string} */
            kind: "products";
        }) | (components["schemas"]["Story"] & {
            /** @enum {string} */
            kind: "story";
        });
        /** @description Where a text stands under which orders are placed. */
        LegalLink: {
            /** @description What tells it from every other version of it: a checkout says by this which one was shown. */
            digest: string;
            /** @description The path below the locale, such as `/pages/terms`. */
            href: string;
            /** @description What it is about. */
            kind: components["schemas"]["LegalTextKind"];
            /** @description What it is called. */
            label: string;
        };
        /** @description A text of the shop as it was when an order was placed under it. */
        LegalText: {
            /** @description The text as HTML without scripts, styles and pictures. */
            body_html: string;
            /** @description What it is about. */
            kind: components["schemas"]["LegalTextKind"];
            /**
             * @description The language it is in.
             * @example en
             */
            language: string;
            /** @description Its heading. */
            title: string;
        };
        /**
         * @description What a text is about that belongs to the contract.
         * @enum {string}
         */
        LegalTextKind: "terms" | "withdrawal";
        /** @description A link inside the shop. */
        Link: {
            /** @description The path below the locale, such as `/c/mugs`. */
            href: string;
            /** @description What a shopper reads. */
            label: string;
        };
        /** @description A language in a country. */
        Locale: {
            /** @description ISO 3166-1. */
            country: string;
            /** @description ISO 4217. */
            currency: string;
            /** @description ISO 639-1. */
            language: string;
            /** @description The first part of each page's address, such as `de-at`. */
            locale: string;
            /** @description The market's code. */
            market: string;
        };
        /** @description A market. */
        Market: {
            /** @description Its code. */
            code: string;
            /** @description Its countries, ISO 3166-1. */
            countries: string[];
            /** @description What its prices are in, ISO 4217. */
            currency: string;
            /** @description The languages its pages come in, ISO 639-1. */
            languages: string[];
            /** @description Whether they contain the tax. */
            tax: components["schemas"]["Tax"];
        };
        /** @description Where the shop sells. */
        Markets: {
            /** @description The locale for somebody of whom nothing is known. */
            default_locale: string;
            /** @description Every locale. */
            locales: components["schemas"]["Locale"][];
            /** @description The markets. */
            markets: components["schemas"]["Market"][];
        };
        /** @description A menu. */
        Menu: {
            /** @description Its links. */
            links: components["schemas"]["Link"][];
            /** @description What stands above it. */
            title: string;
        };
        /** @description What stands around every page. */
        Navigation: {
            /** @description What prices are in, ISO 4217. */
            currency: string;
            delivery_link?: components["schemas"]["Link"] | null;
            /** @description The footer's menus. */
            footer: components["schemas"]["Menu"][];
            /** @description The header's links. */
            header: components["schemas"]["Link"][];
            /** @description The texts under which orders are placed. */
            legal_links: components["schemas"]["LegalLink"][];
            /** @description One line above the header; may be empty. */
            service_note: string;
            /** @description The shop itself. */
            shop: components["schemas"]["ShopIdentity"];
            /** @description Whether prices contain the tax. */
            tax: components["schemas"]["Tax"];
        };
        /** @description A cart that was just made. */
        NewCart: {
            /** @description What opens the cart, for a client that keeps it itself; in a browser it is a cookie that no script can read. */
            capability?: string | null;
            /** @description The cart. */
            cart: components["schemas"]["Cart"];
        };
        /** @description A cart to be made. */
        NewCartBody: {
            /** @description Who keeps what opens it. */
            capability?: components["schemas"]["CapabilityKeeper"];
            /**
             * Format: int32
             * @description How many of it; as few as there may be where it is not said, mostly one.
             */
            quantity?: number | null;
            /** @description The variant of its first line, where it begins with one. */
            sku?: string | null;
        };
        /** @description What the shopper wants to say. */
        NoteBody: {
            /** @description At most 1,000 characters; `null` takes it away. */
            note?: string | null;
        };
        /** @description The opening of the home page. */
        Opening: {
            /** @description The way in. */
            link: components["schemas"]["Link"];
            picture?: components["schemas"]["Picture"] | null;
            product?: components["schemas"]["ProductCard"] | null;
            /** @description A sentence or two. */
            text: string;
            /** @description The name of the stage's colour. */
            tint: string;
            /** @description The heading. */
            title: string;
        };
        /** @description A value of an option. */
        OptionValue: {
            /** @description Whether a variant of it can be had. */
            available: boolean;
            /** @description `#rrggbb`, for colours. */
            color?: string | null;
            /** @description What a shopper reads. */
            label: string;
            /** @description The choice's code. */
            value: string;
        };
        /** @description An order. All amounts are in the minor unit of its currency. */
        Order: {
            /** @description Whether that can be extended, once. */
            can_extend_hold: boolean;
            cancel_reason?: components["schemas"]["CancelReason"] | null;
            contact?: components["schemas"]["OrderContact"] | null;
            /**
             * @description What all amounts are in, ISO 4217.
             * @example EUR
             */
            currency: string;
            delivery?: components["schemas"]["OrderDelivery"] | null;
            /**
             * @description When whoever ordered agreed that what is `digital` is delivered at once and that they lose the right of withdrawal from it
             *     by that; absent where that was not asked.
             */
            digital_consent_at?: string | null;
            /** @description What promotions took off. */
            discounts: components["schemas"]["OrderDiscount"][];
            /** @description The gift cards that pay for it. */
            gift_cards: components["schemas"]["OrderGiftCard"][];
            /** @description What is given for nothing. */
            gifts: components["schemas"]["OrderGift"][];
            /** @description Until when its goods are held without being paid for. */
            hold_until: string;
            /**
             * @description The order's id.
             * @example order_01932b6c5f007abc8def0123456789ab
             */
            id: string;
            /** @description The shop's texts under which it was placed, which stay readable as they were then. */
            legal_texts: components["schemas"]["OrderLegalText"][];
            /** @description What was bought. */
            lines: components["schemas"]["OrderLine"][];
            /** @description The market. */
            market: string;
            /**
             * @description The number that people read.
             * @example K7QM-2XRT
             */
            number: string;
            /** @description When it was paid. */
            paid_at?: string | null;
            payment?: components["schemas"]["OrderPayment"] | null;
            /** @description When it was placed. */
            placed_at: string;
            /**
             * Format: int64
             * @description How much has been given back.
             */
            refunded: number;
            /**
             * Format: int64
             * @description How much of what has been given back the shop has paid another way than it was paid.
             */
            refunded_otherwise: number;
            /**
             * Format: int64
             * @description How much of what has been given back went back to gift cards.
             */
            refunded_to_gift_cards: number;
            /**
             * Format: int64
             * @description How much more is to be: it is on its way, or what was charged for a cancelled order and is owed.
             */
            refunding: number;
            /** @description How far it is. */
            state: components["schemas"]["OrderState"];
            /** @description Whether the lines' amounts contain the tax. */
            tax_included: boolean;
            /** @description The tax. */
            taxes: components["schemas"]["OrderTax"][];
            /** @description The sums. */
            totals: components["schemas"]["OrderTotals"];
        };
        /** @description Who ordered, and where it goes. */
        OrderContact: {
            billing_address?: components["schemas"]["PostalAddress"] | null;
            /** @description Where it goes. It is needed for an order of which nothing is sent as well: the tax follows it. */
            delivery_address: components["schemas"]["PostalAddress"];
            /**
             * @description Where mails about the order go.
             * @example ann.lee@example.org
             */
            email: string;
            /** @description Whom the carrier calls. */
            phone?: string | null;
        };
        /** @description How an order is delivered. */
        OrderDelivery: {
            /**
             * @description The first day on which it arrives.
             * @example 2026-12-01
             */
            first_day?: string | null;
            /** @description The last. */
            last_day?: string | null;
            /** @description The method. */
            method: string;
            /** @description What it was called. */
            name: string;
            /** @description Where it is fetched from. */
            pick_up?: string | null;
            /**
             * Format: int64
             * @description What it costs.
             */
            total: number;
        };
        /** @description What one promotion took off. */
        OrderDiscount: {
            /**
             * Format: int64
             * @description Off goods and delivery.
             */
            amount: number;
            /** @description The coupon that opened it. */
            coupon?: string | null;
            /** @description The promotion. */
            promotion: string;
        };
        /** @description So many of one variant for nothing. */
        OrderGift: {
            /** @description What it was called. */
            name: string;
            /**
             * Format: int32
             * @description How many.
             */
            quantity: number;
            /** @description The variant. */
            sku: string;
        };
        /** @description A gift card that pays for an order. */
        OrderGiftCard: {
            /**
             * Format: int64
             * @description How much it pays.
             */
            amount: number;
            /**
             * @description The last four characters of its code.
             * @example 7Q4K
             */
            hint: string;
        };
        /** @description A text of the shop under which an order was placed. */
        OrderLegalText: {
            /** @description What it is about. */
            kind: components["schemas"]["LegalTextKind"];
            /** @description Its heading. */
            title: string;
        };
        /** @description So many of one variant. */
        OrderLine: {
            /** @description Whether it is downloaded or comes by mail. */
            digital: boolean;
            /**
             * Format: int64
             * @description What promotions took off.
             */
            discount: number;
            /** @description What it was called. */
            name: string;
            /** @description The product it belongs to. */
            product: string;
            /**
             * Format: int32
             * @description How many.
             */
            quantity: number;
            /** @description The variant. */
            sku: string;
            /**
             * Format: int64
             * @description All units, after promotions.
             */
            total: number;
            /**
             * Format: int64
             * @description What one cost before promotions.
             */
            unit_price: number;
        };
        /** @description An order to be found. */
        OrderLookUpBody: {
            /** @description The e-mail address it was made with. */
            email: string;
            /**
             * @description Its number, as people type it.
             * @example K7QM-2XRT
             */
            number: string;
        };
        /** @description A payment that is awaited. */
        OrderPayment: {
            /** @description With what the browser confirms it at the provider; absent while that does not answer. */
            client_secret?: string | null;
            decline?: components["schemas"]["DeclineKind"] | null;
            /** @description How far it is. */
            status: components["schemas"]["PaymentStatus"];
        };
        /**
         * @description How far an order is.
         * @enum {string}
         */
        OrderState: "pending_payment" | "capturing" | "paid" | "cancelling" | "cancelled";
        /** @description The tax at one rate. */
        OrderTax: {
            /**
             * Format: int64
             * @description How much.
             */
            amount: number;
            /**
             * Format: int64
             * @description What it is owed on.
             */
            base: number;
            /** @description What it is called. */
            name: string;
            /**
             * @description The rate in percent, as a decimal.
             * @example 19
             */
            percent: string;
        };
        /** @description The sums of an order. */
        OrderTotals: {
            /**
             * Format: int64
             * @description Delivery.
             */
            delivery: number;
            /**
             * Format: int64
             * @description What promotions took off them.
             */
            discount: number;
            /**
             * Format: int64
             * @description What is paid by other means.
             */
            due: number;
            /**
             * Format: int64
             * @description What gift cards pay of it.
             */
            gift_cards: number;
            /**
             * Format: int64
             * @description Goods before promotions.
             */
            goods: number;
            /**
             * Format: int64
             * @description Tax that prices contained and that is not owed.
             */
            relief: number;
            /**
             * Format: int64
             * @description The tax.
             */
            tax: number;
            /**
             * Format: int64
             * @description What it costs.
             */
            total: number;
        };
        /** @description A page of text. */
        Page: {
            /** @description Where else it is to be found, this locale included. */
            alternates: components["schemas"]["Alternate"][];
            /** @description Safe HTML. */
            body_html: string;
            /** @description What it is for: `imprint`, `terms`, `withdrawal`, `privacy`, `delivery`, `accessibility`, `about` or `other`. */
            kind: string;
            /** @description Its part of the address. */
            slug: string;
            /** @description One sentence. */
            summary: string;
            /** @description The heading. */
            title: string;
        };
        /** @description How shoppers pay. */
        PaymentConfig: {
            /**
             * @description Where the provider's API is.
             * @example https://api.stripe.com
             */
            api: string;
            /** @description Who charges cards. */
            provider: components["schemas"]["PaymentProviderName"];
            /** @description What browsers show the provider to say whose customer they are; no secret. */
            publishable_key: string;
        };
        /**
         * @description Who charges cards.
         * @enum {string}
         */
        PaymentProviderName: "stripe" | "simulator";
        /**
         * @description How far a payment is.
         * @enum {string}
         */
        PaymentStatus: "awaits_method" | "awaits_action" | "processing" | "unavailable";
        /** @description A picture in several widths. */
        Picture: {
            /** @description What can be seen on it. */
            alt: string;
            /**
             * Format: int32
             * @description Its natural height in pixels.
             */
            height: number;
            /** @description Its files, by ascending width. It is never to be shown larger than the last. */
            sources: components["schemas"]["PictureSource"][];
            /**
             * Format: int32
             * @description Its natural width in pixels.
             */
            width: number;
        };
        /** @description A picture's file. */
        PictureSource: {
            /** @description Where the WebP file is; it never changes. */
            url: string;
            /**
             * Format: int32
             * @description Width in pixels.
             */
            width: number;
        };
        /** @description Products that people look at. */
        PopularProducts: {
            /** @description The products, the most popular first; none where too little is known. */
            products: components["schemas"]["ProductCard"][];
        };
        /** @description A postal address. Which of its fields are needed depends on the country. */
        PostalAddress: {
            /** @description The town. */
            city: string;
            /** @description Their company. */
            company?: string | null;
            /**
             * @description ISO 3166-1.
             * @example DE
             */
            country: string;
            /** @description Street and number. */
            line1: string;
            /** @description What else the carrier must know. */
            line2?: string | null;
            /** @description Who. */
            name: string;
            /** @description The postal code. */
            postal_code?: string | null;
            /**
             * @description The second part of an ISO 3166-2 code.
             * @example NY
             */
            region?: string | null;
        };
        /** @description A price. */
        Price: {
            /**
             * Format: int64
             * @description What is paid, in minor units.
             */
            amount: number;
            /**
             * Format: int64
             * @description What was paid before the reduction.
             */
            compare_at?: number | null;
            /**
             * @description ISO 4217.
             * @example EUR
             */
            currency: string;
            /**
             * Format: int64
             * @description The lowest price of the 30 days before the reduction, in markets where it is owed and known.
             */
            lowest_30_days?: number | null;
            /**
             * Format: int32
             * @description The reduction in whole percent, from the lowest price of 30 days where that is told, else from `compare_at`.
             */
            reduction_percent?: number | null;
            unit_price?: components["schemas"]["UnitPrice"] | null;
        };
        /** @description A failure, told to the caller. */
        Problem: {
            /**
             * Format: int64
             * @description How many units were asked for, where there are too few.
             */
            asked?: number | null;
            /**
             * Format: int64
             * @description How many units there are, or may be, instead.
             */
            available?: number | null;
            cart?: components["schemas"]["Cart"] | null;
            /**
             * @description Stable, for programs.
             * @example product_not_found
             */
            code: string;
            /** @description A sentence for people: what is wrong, and what would be right. */
            detail: string;
            /** @description The parameter that is wrong. */
            field?: string | null;
            /** @description The texts under which orders are placed now, where those that were shown are others. */
            legal_links?: components["schemas"]["LegalLink"][];
            /**
             * @description The variants of which there are too few, or of which one cart may not have so many, each with what was asked for
             *     and what there is, or may be.
             */
            lines?: components["schemas"]["ProblemLine"][];
            /** @description To be named when asking for help. */
            request_id?: string | null;
            /**
             * Format: int32
             * @description The status.
             */
            status: number;
            /** @description The status in words. */
            title: string;
            /** @description Always `about:blank`: the code says more. */
            type: string;
        };
        /** @description A variant of which there are too few, or of which one cart may not have so many. */
        ProblemLine: {
            /**
             * Format: int32
             * @description How many were asked for, over all lines.
             */
            asked: number;
            /**
             * Format: int64
             * @description How many can be had, or may be.
             */
            available: number;
            /** @description The variant. */
            sku: string;
        };
        /** @description A product. */
        Product: {
            /** @description Where else it is to be found, this locale included. */
            alternates: components["schemas"]["Alternate"][];
            /** @description What else is known of it. */
            attributes: components["schemas"]["AttributeRow"][];
            /** @description Who makes it, as shoppers know it. */
            brand?: string | null;
            /** @description The way from the top of the categories. */
            breadcrumbs: components["schemas"]["Breadcrumb"][];
            /** @description The product's code. */
            code: string;
            /** @description Safe HTML: paragraphs, lists, headings, emphasis, links. */
            description_html: string;
            manufacturer?: components["schemas"]["Contact"] | null;
            /**
             * Format: int32
             * @description The most that one cart may have of it, all variants together, where those share a limit.
             */
            max_per_cart?: number | null;
            /** @description Its name. */
            name: string;
            /** @description What its variants differ by. */
            options: components["schemas"]["ProductOption"][];
            /** @description Where it was made, ISO 3166-1. */
            origin?: string | null;
            /** @description Its pictures. */
            pictures: components["schemas"]["Picture"][];
            /** @description What kind of thing it is. */
            product_type?: string | null;
            responsible_person?: components["schemas"]["Contact"] | null;
            /** @description For search engines. */
            seo: components["schemas"]["Seo"];
            /** @description Its part of the address. */
            slug: string;
            /** @description One sentence. */
            summary: string;
            /** @description Words for it. */
            tags: string[];
            /** @description The name of the quiet colour behind its pictures. */
            tint: string;
            /** @description What can be bought. */
            variants: components["schemas"]["Variant"][];
            /** @description What a shopper must be warned of. */
            warnings: string[];
        };
        /** @description A product in a list. */
        ProductCard: {
            /** @description Whether it can be had. */
            availability: components["schemas"]["Availability"];
            /** @description Who makes it. */
            brand?: string | null;
            /** @description The product's code. */
            code: string;
            /** @description The name in pieces, in the results of a search. */
            highlighted_name?: components["schemas"]["Highlight"][] | null;
            /** @description Whether it came within the last 30 days. */
            is_new: boolean;
            /**
             * Format: int64
             * @description How many are left, when few are.
             */
            last_units?: number | null;
            /** @description Its name. */
            name: string;
            picture?: components["schemas"]["Picture"] | null;
            price?: components["schemas"]["Price"] | null;
            /** @description Whether some variants cost more. */
            price_from: boolean;
            /** @description Its variant, where it has but one: there is nothing to choose before it is put into a cart. */
            sku?: string | null;
            /** @description Its part of the address. */
            slug: string;
            /** @description Its colours. */
            swatches: components["schemas"]["Swatch"][];
            /** @description The name of the quiet colour behind its picture. */
            tint: string;
        };
        /** @description A page of products. */
        ProductList: {
            /** @description What the list can be filtered by. */
            facets: components["schemas"]["Facet"][];
            /** @description True while the search is down and lists come without facets; absent otherwise. */
            facets_missing?: boolean;
            /** @description To be sent as `cursor` for the next page; absent on the last. */
            next_cursor?: string | null;
            /** @description The products, in order. */
            products: components["schemas"]["ProductCard"][];
            /** @description How it is sorted. */
            sort: components["schemas"]["Sort"];
            /** @description How many there are in all. */
            total: components["schemas"]["Total"];
        };
        /** @description Something that the variants of a product differ by. */
        ProductOption: {
            /** @description The attribute's code. */
            attribute: string;
            /** @description What a shopper reads. */
            name: string;
            /** @description Its values, in order. */
            values: components["schemas"]["OptionValue"][];
        };
        /** @description A product whose page was looked at. */
        ProductView: {
            /**
             * @description Language and country, such as `de-de`.
             * @example en-gb
             */
            locale: string;
            /** @description The product's code. */
            product: string;
        };
        /** @description A row of products. */
        ProductsSection: {
            link?: components["schemas"]["Link"] | null;
            /** @description The products. */
            products: components["schemas"]["ProductCard"][];
            /** @description A sentence. */
            text: string;
            /** @description The heading. */
            title: string;
        };
        /** @description What a cart costs, and what each amount is made of. */
        Quote: {
            /** @description The coupons that were entered, and what came of each. */
            coupons: components["schemas"]["QuoteCoupon"][];
            /**
             * @description ISO 4217.
             * @example EUR
             */
            currency: string;
            /** @description The ways of delivery that there are to the destination; none where nothing is sent. */
            delivery: components["schemas"]["QuoteDelivery"][];
            /** @description Whether anything is sent, so that a way of delivery must be chosen. */
            delivery_needed: boolean;
            /** @description The promotions that applied, in that order. */
            discounts: components["schemas"]["QuoteDiscount"][];
            /** @description What applied and what did not, in words; where it was asked for. */
            explanation?: components["schemas"]["QuoteReason"][] | null;
            /** @description The gift cards that were entered, and what each pays, in the order in which they do. */
            gift_cards: components["schemas"]["QuoteGiftCard"][];
            /** @description What is given for nothing. */
            gifts: components["schemas"]["QuoteGift"][];
            /**
             * @description The name of this very content: what a checkout must name. It changes with every amount and every rule that was
             *     used, and with nothing else.
             */
            id: string;
            /** @description The lines that are sold. */
            lines: components["schemas"]["QuoteLine"][];
            /**
             * Format: int64
             * @description What more the goods that are sent must cost for the nearest free delivery.
             */
            missing_for_free_delivery?: number | null;
            /** @description Whether amounts contain the tax. */
            tax_included: boolean;
            /** @description Whether tax is charged, and if not, why: such as `charged` or `reverse_charge`. */
            tax_treatment: string;
            /** @description The tax by rate. */
            taxes: components["schemas"]["QuoteTax"][];
            /** @description The sums. */
            totals: components["schemas"]["QuoteTotals"];
        };
        /** @description A coupon that was entered. */
        QuoteCoupon: {
            /** @description Whether it applied. */
            applied: boolean;
            /** @description The coupon. */
            code: string;
            /** @description The same in words. */
            detail: string;
            /** @description A stable code of what came of it, such as `promotion_needs_total`. */
            outcome: string;
        };
        /** @description A way of delivery. */
        QuoteDelivery: {
            /** @description Whether it was chosen. */
            chosen: boolean;
            /**
             * Format: date
             * @description The first day on which it comes.
             */
            earliest?: string | null;
            /**
             * Format: int64
             * @description What it would cost without promotions.
             */
            full_price: number;
            /** @description Whether it is fetched rather than sent. */
            is_pick_up: boolean;
            /**
             * Format: date
             * @description The last day on which it comes.
             */
            latest?: string | null;
            /** @description The method's code. */
            method: string;
            /**
             * Format: int64
             * @description What more the goods must cost for it to be free.
             */
            missing_for_free?: number | null;
            /** @description What a shopper reads. */
            name: string;
            /**
             * Format: int64
             * @description What it costs.
             */
            price: number;
        };
        /** @description A promotion that applied. */
        QuoteDiscount: {
            /**
             * Format: int64
             * @description What it took off the goods.
             */
            amount: number;
            /** @description The coupon by which it was asked for. */
            coupon?: string | null;
            /** @description Whether the shopper may have it is only known at checkout. */
            decided_at_checkout: boolean;
            /**
             * Format: int64
             * @description What it took off the delivery.
             */
            delivery_amount: number;
            /** @description What a shopper reads. */
            name: string;
            /** @description The promotion's code. */
            promotion: string;
        };
        /** @description Something for nothing. */
        QuoteGift: {
            /** @description What it is called, with what it is among its likes. */
            name: string;
            /** @description The promotion's code. */
            promotion: string;
            /**
             * Format: int32
             * @description How many.
             */
            quantity: number;
            /** @description The variant. */
            sku: string;
        };
        /** @description A gift card that was entered. */
        QuoteGiftCard: {
            /**
             * Format: int64
             * @description What it pays.
             */
            amount: number;
            /**
             * Format: int64
             * @description What is on it, in the minor unit of its own currency.
             */
            balance: number;
            /**
             * @description Its currency, ISO 4217.
             * @example EUR
             */
            currency: string;
            /** @description The same in words. */
            detail: string;
            /**
             * @description The last four characters of its code.
             * @example 7Q4K
             */
            hint: string;
            /**
             * @description The card's id, by which it is taken back.
             * @example gift_01932b6c5f007abc8def0123456789ab
             */
            id: string;
            /** @description A stable code of what came of it, such as `gift_card_expired`. */
            outcome: string;
        };
        /** @description One line. */
        QuoteLine: {
            /**
             * Format: int64
             * @description All units before promotions.
             */
            base: number;
            base_price?: components["schemas"]["UnitPrice"] | null;
            /**
             * Format: int64
             * @description What one cost before it was reduced.
             */
            compare_at?: number | null;
            /** @description What promotions took off it. */
            discounts: components["schemas"]["QuoteShare"][];
            /**
             * Format: int32
             * @description How many.
             */
            quantity: number;
            /** @description The variant. */
            sku: string;
            /**
             * Format: int64
             * @description Its tax, contained in `total` or to be added.
             */
            tax: number;
            /**
             * Format: int64
             * @description What is paid for it.
             */
            total: number;
            /**
             * Format: int64
             * @description What one costs before promotions.
             */
            unit_price: number;
        };
        /** @description A rule that applied, or could have and did not. */
        QuoteReason: {
            /** @description What it is about: a SKU, or the code of a promotion, a price list or a delivery method. */
            about?: string | null;
            /** @description A stable code, such as `promotion_needs_quantity`. */
            code: string;
            /** @description The same in words. */
            text: string;
        };
        /** @description What one promotion took off a line. */
        QuoteShare: {
            /**
             * Format: int64
             * @description How much.
             */
            amount: number;
            /** @description The promotion's code. */
            promotion: string;
        };
        /** @description The tax at one rate. */
        QuoteTax: {
            /**
             * Format: int64
             * @description The tax.
             */
            amount: number;
            /**
             * Format: int64
             * @description What it is taken of, without the tax.
             */
            base: number;
            /** @description What it is called: its parts' names. */
            name: string;
            /**
             * @description The rate in percent, as a decimal.
             * @example 19
             */
            rate: string;
        };
        /** @description The sums of a quote: goods less discount, and delivery; and the tax where amounts do not contain it. */
        QuoteTotals: {
            /**
             * Format: int64
             * @description The chosen delivery.
             */
            delivery: number;
            /**
             * Format: int64
             * @description What promotions took off them.
             */
            discount: number;
            /**
             * Format: int64
             * @description What is left to be paid.
             */
            due: number;
            /**
             * Format: int64
             * @description What gift cards pay of it.
             */
            gift_cards: number;
            /**
             * Format: int64
             * @description All lines before promotions.
             */
            goods: number;
            /**
             * Format: int64
             * @description Tax that prices contained and that this buyer does not pay.
             */
            relief: number;
            /**
             * Format: int64
             * @description The tax, contained in `total` in either case.
             */
            tax: number;
            /**
             * Format: int64
             * @description What it costs.
             */
            total: number;
        };
        /** @description The results of a search. */
        SearchResults: components["schemas"]["ProductList"] & {
            /** @description What was searched instead, where words that no product has were taken for typos of others. */
            corrected?: string | null;
            /** @description Whether no product has all of the words, so that these have most of them. */
            partial: boolean;
            /** @description The words that were asked for. */
            query: string;
        };
        /** @description What a page tells search engines. */
        Seo: {
            /** @description The description. */
            description: string;
            /** @description The title. */
            title: string;
        };
        /** @description So many of a variant. */
        SetLineBody: {
            /**
             * Format: int32
             * @description How many there shall be.
             */
            quantity: number;
        };
        /** @description The shop itself. */
        ShopIdentity: {
            /** @description Its name. */
            name: string;
            /** @description What it is, in a few words. */
            tagline: string;
        };
        /** @description A text of the shop that was shown to whoever orders. */
        ShownLegalText: {
            /** @description Its digest. */
            digest: string;
            /** @description What it is about. */
            kind: components["schemas"]["LegalTextKind"];
        };
        /** @description What opens a WebSocket, once. */
        SocketTicket: {
            /**
             * Format: int64
             * @description For how many seconds it does.
             * @example 60
             */
            expires_in: number;
            /** @description The ticket. A client names the protocols `ecom67.v1` and `ticket.` with this, and opens `/ws`. */
            ticket: string;
        };
        /**
         * @description An order of products.
         * @enum {string}
         */
        Sort: "relevance" | "newest" | "price" | "price_descending" | "name";
        /** @description Something to read. */
        Story: {
            link?: components["schemas"]["Link"] | null;
            picture?: components["schemas"]["Picture"] | null;
            /** @description A paragraph. */
            text: string;
            /** @description The name of the stage's colour. */
            tint: string;
            /** @description The heading. */
            title: string;
        };
        /** @description A category that is suggested. */
        SuggestedCategory: {
            /** @description Its name. */
            name: string;
            /** @description Its part of the address. */
            slug: string;
        };
        /** @description What somebody may mean who is still typing. */
        Suggestions: {
            /** @description Categories that are called so. */
            categories: components["schemas"]["SuggestedCategory"][];
            /** @description The products that are found so far, best first. */
            products: components["schemas"]["ProductCard"][];
            /**
             * @description Queries that it may become, each of which finds something: first what others have searched most, then the one that
             *     finds most.
             */
            queries: string[];
            /** @description What was typed. */
            query: string;
        };
        /** @description A value of a product's first option that has colours. */
        Swatch: {
            /** @description Whether a variant of it can be had. */
            available: boolean;
            /** @description `#rrggbb`. */
            color?: string | null;
            /** @description What a shopper reads. */
            label: string;
            picture?: components["schemas"]["Picture"] | null;
            /** @description The choice's code. */
            value: string;
        };
        /**
         * @description Whether prices contain the tax.
         * @enum {string}
         */
        Tax: "included" | "excluded";
        /** @description Which order is to be followed. */
        TicketBody: {
            /** @description The order's id. */
            order: string;
        };
        /** @description How many hits there are. */
        Total: {
            /**
             * Format: int64
             * @description So many, or at least so many.
             */
            count: number;
            /** @description Whether the count is exact: it is up to 10,000. */
            exact: boolean;
        };
        /** @description A price per unit. */
        UnitPrice: {
            /**
             * Format: int64
             * @description In minor units.
             */
            amount: number;
            /** @description Per what. */
            unit: components["schemas"]["BaseUnit"];
        };
        /** @description One thing that can be bought. */
        Variant: {
            /** @description Whether it can be had. */
            availability: components["schemas"]["Availability"];
            /** @description A GTIN. */
            barcode?: string | null;
            /** @description Whether it is downloaded or comes by mail, so that nothing is sent. */
            digital: boolean;
            /**
             * Format: int64
             * @description How many are left, when few are.
             */
            last_units?: number | null;
            /** @description A choice for each option. */
            options: {
                [key: string]: string;
            };
            /** @description Which of the product's pictures shows it. */
            picture?: number | null;
            price?: components["schemas"]["Price"] | null;
            /**
             * Format: int32
             * @description The most that one cart may have of it.
             */
            quantity_max: number;
            /**
             * Format: int32
             * @description The least that one cart may have of it.
             */
            quantity_min: number;
            /**
             * Format: int32
             * @description In what steps: the number of units is a multiple of it.
             */
            quantity_step: number;
            /** @description Unique in the whole shop. */
            sku: string;
            /**
             * Format: int32
             * @description What it weighs, packed.
             */
            weight_grams?: number | null;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    create_cart: {
        parameters: {
            query: {
                /**
                 * @description Language and country, such as `de-de`: texts are in the language, prices are those of the country's market.
                 * @example en-gb
                 */
                locale: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewCartBody"];
            };
        };
        responses: {
            /** @description The browser had a cart, and has it still */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewCart"];
                };
            };
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewCart"];
                };
            };
            /** @description The body, a header or the locale is wrong */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description From a page of another site */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such cart, or not the caller's; no such line; or the article is not sold here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too few are there or may be in one cart (`asked`, `available`), the cart is full, or it is of another market */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The cart has another version than `If-Match` says */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The `Idempotency-Key` was used for another request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Codes of gift cards are tried too often */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much is waiting */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    find_cart: {
        parameters: {
            query: {
                /**
                 * @description Language and country, such as `de-de`: texts are in the language, prices are those of the country's market.
                 * @example en-gb
                 */
                locale: string;
            };
            header?: never;
            path: {
                /** @description The cart's id, or `mine` for that of the cookie */
                cart: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Cart"];
                };
            };
            /** @description The body, a header or the locale is wrong */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description From a page of another site */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such cart, or not the caller's; no such line; or the article is not sold here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too few are there or may be in one cart (`asked`, `available`), the cart is full, or it is of another market */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The cart has another version than `If-Match` says */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The `Idempotency-Key` was used for another request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Codes of gift cards are tried too often */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much is waiting */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    accept_prices: {
        parameters: {
            query: {
                /**
                 * @description Language and country, such as `de-de`: texts are in the language, prices are those of the country's market.
                 * @example en-gb
                 */
                locale: string;
            };
            header?: {
                /** @description What opens the cart; a browser has a cookie instead. */
                "Cart-Capability"?: string | null;
                /** @description Names this write: sent again with the same name it is made once. */
                "Idempotency-Key"?: string | null;
                /**
                 * @description The `ETag` of the cart as it was read: it is changed only if nobody else has.
                 * @example "5"
                 */
                "If-Match"?: string | null;
            };
            path: {
                /** @description The cart's id, or `mine` */
                cart: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Cart"];
                };
            };
            /** @description The body, a header or the locale is wrong */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description From a page of another site */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such cart, or not the caller's; no such line; or the article is not sold here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too few are there or may be in one cart (`asked`, `available`), the cart is full, or it is of another market */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The cart has another version than `If-Match` says */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The `Idempotency-Key` was used for another request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Codes of gift cards are tried too often */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much is waiting */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    enter_coupon: {
        parameters: {
            query: {
                /**
                 * @description Language and country, such as `de-de`: texts are in the language, prices are those of the country's market.
                 * @example en-gb
                 */
                locale: string;
            };
            header?: {
                /** @description What opens the cart; a browser has a cookie instead. */
                "Cart-Capability"?: string | null;
                /** @description Names this write: sent again with the same name it is made once. */
                "Idempotency-Key"?: string | null;
                /**
                 * @description The `ETag` of the cart as it was read: it is changed only if nobody else has.
                 * @example "5"
                 */
                "If-Match"?: string | null;
            };
            path: {
                /** @description The cart's id, or `mine` for that of the cookie. */
                cart: string;
                /** @description The coupon, however it is typed. */
                coupon: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Cart"];
                };
            };
            /** @description The body, a header or the locale is wrong */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description From a page of another site */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such cart, or not the caller's; no such line; or the article is not sold here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too few are there or may be in one cart (`asked`, `available`), the cart is full, or it is of another market */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The cart has another version than `If-Match` says */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The `Idempotency-Key` was used for another request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Codes of gift cards are tried too often */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much is waiting */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    remove_coupon: {
        parameters: {
            query: {
                /**
                 * @description Language and country, such as `de-de`: texts are in the language, prices are those of the country's market.
                 * @example en-gb
                 */
                locale: string;
            };
            header?: {
                /** @description What opens the cart; a browser has a cookie instead. */
                "Cart-Capability"?: string | null;
                /** @description Names this write: sent again with the same name it is made once. */
                "Idempotency-Key"?: string | null;
                /**
                 * @description The `ETag` of the cart as it was read: it is changed only if nobody else has.
                 * @example "5"
                 */
                "If-Match"?: string | null;
            };
            path: {
                /** @description The cart's id, or `mine` for that of the cookie. */
                cart: string;
                /** @description The coupon, however it is typed. */
                coupon: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Cart"];
                };
            };
            /** @description The body, a header or the locale is wrong */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description From a page of another site */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such cart, or not the caller's; no such line; or the article is not sold here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too few are there or may be in one cart (`asked`, `available`), the cart is full, or it is of another market */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The cart has another version than `If-Match` says */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The `Idempotency-Key` was used for another request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Codes of gift cards are tried too often */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much is waiting */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    choose_delivery: {
        parameters: {
            query: {
                /**
                 * @description Language and country, such as `de-de`: texts are in the language, prices are those of the country's market.
                 * @example en-gb
                 */
                locale: string;
            };
            header?: {
                /** @description What opens the cart; a browser has a cookie instead. */
                "Cart-Capability"?: string | null;
                /** @description Names this write: sent again with the same name it is made once. */
                "Idempotency-Key"?: string | null;
                /**
                 * @description The `ETag` of the cart as it was read: it is changed only if nobody else has.
                 * @example "5"
                 */
                "If-Match"?: string | null;
            };
            path: {
                /** @description The cart's id, or `mine` */
                cart: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DeliveryBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Cart"];
                };
            };
            /** @description The body, a header or the locale is wrong */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description From a page of another site */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such cart, or not the caller's; no such line; or the article is not sold here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too few are there or may be in one cart (`asked`, `available`), the cart is full, or it is of another market */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The cart has another version than `If-Match` says */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The `Idempotency-Key` was used for another request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Codes of gift cards are tried too often */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much is waiting */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    set_destination: {
        parameters: {
            query: {
                /**
                 * @description Language and country, such as `de-de`: texts are in the language, prices are those of the country's market.
                 * @example en-gb
                 */
                locale: string;
            };
            header?: {
                /** @description What opens the cart; a browser has a cookie instead. */
                "Cart-Capability"?: string | null;
                /** @description Names this write: sent again with the same name it is made once. */
                "Idempotency-Key"?: string | null;
                /**
                 * @description The `ETag` of the cart as it was read: it is changed only if nobody else has.
                 * @example "5"
                 */
                "If-Match"?: string | null;
            };
            path: {
                /** @description The cart's id, or `mine` */
                cart: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DestinationBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Cart"];
                };
            };
            /** @description The body, a header or the locale is wrong */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description From a page of another site */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such cart, or not the caller's; no such line; or the article is not sold here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too few are there or may be in one cart (`asked`, `available`), the cart is full, or it is of another market */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The cart has another version than `If-Match` says */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The `Idempotency-Key` was used for another request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Codes of gift cards are tried too often */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much is waiting */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    apply_gift_card: {
        parameters: {
            query: {
                /**
                 * @description Language and country, such as `de-de`: texts are in the language, prices are those of the country's market.
                 * @example en-gb
                 */
                locale: string;
            };
            header?: {
                /** @description What opens the cart; a browser has a cookie instead. */
                "Cart-Capability"?: string | null;
                /** @description Names this write: sent again with the same name it is made once. */
                "Idempotency-Key"?: string | null;
                /**
                 * @description The `ETag` of the cart as it was read: it is changed only if nobody else has.
                 * @example "5"
                 */
                "If-Match"?: string | null;
            };
            path: {
                /** @description The cart's id, or `mine` */
                cart: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["GiftCardBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Cart"];
                };
            };
            /** @description The body, a header or the locale is wrong */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description From a page of another site */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such cart, or not the caller's; no such line; or the article is not sold here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too few are there or may be in one cart (`asked`, `available`), the cart is full, or it is of another market */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The cart has another version than `If-Match` says */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The `Idempotency-Key` was used for another request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Codes of gift cards are tried too often */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much is waiting */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    remove_gift_card: {
        parameters: {
            query: {
                /**
                 * @description Language and country, such as `de-de`: texts are in the language, prices are those of the country's market.
                 * @example en-gb
                 */
                locale: string;
            };
            header?: {
                /** @description What opens the cart; a browser has a cookie instead. */
                "Cart-Capability"?: string | null;
                /** @description Names this write: sent again with the same name it is made once. */
                "Idempotency-Key"?: string | null;
                /**
                 * @description The `ETag` of the cart as it was read: it is changed only if nobody else has.
                 * @example "5"
                 */
                "If-Match"?: string | null;
            };
            path: {
                /** @description The cart's id, or `mine` for that of the cookie. */
                cart: string;
                /** @description The card's id, as the quote tells it. */
                gift_card: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Cart"];
                };
            };
            /** @description The body, a header or the locale is wrong */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description From a page of another site */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such cart, or not the caller's; no such line; or the article is not sold here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too few are there or may be in one cart (`asked`, `available`), the cart is full, or it is of another market */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The cart has another version than `If-Match` says */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The `Idempotency-Key` was used for another request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Codes of gift cards are tried too often */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much is waiting */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    add_cart_line: {
        parameters: {
            query: {
                /**
                 * @description Language and country, such as `de-de`: texts are in the language, prices are those of the country's market.
                 * @example en-gb
                 */
                locale: string;
            };
            header?: {
                /** @description What opens the cart; a browser has a cookie instead. */
                "Cart-Capability"?: string | null;
                /** @description Names this write: sent again with the same name it is made once. */
                "Idempotency-Key"?: string | null;
                /**
                 * @description The `ETag` of the cart as it was read: it is changed only if nobody else has.
                 * @example "5"
                 */
                "If-Match"?: string | null;
            };
            path: {
                /** @description The cart's id, or `mine` */
                cart: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AddLineBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Cart"];
                };
            };
            /** @description The body, a header or the locale is wrong */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description From a page of another site */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such cart, or not the caller's; no such line; or the article is not sold here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too few are there or may be in one cart (`asked`, `available`), the cart is full, or it is of another market */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The cart has another version than `If-Match` says */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The `Idempotency-Key` was used for another request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Codes of gift cards are tried too often */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much is waiting */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    set_cart_line: {
        parameters: {
            query: {
                /**
                 * @description Language and country, such as `de-de`: texts are in the language, prices are those of the country's market.
                 * @example en-gb
                 */
                locale: string;
            };
            header?: {
                /** @description What opens the cart; a browser has a cookie instead. */
                "Cart-Capability"?: string | null;
                /** @description Names this write: sent again with the same name it is made once. */
                "Idempotency-Key"?: string | null;
                /**
                 * @description The `ETag` of the cart as it was read: it is changed only if nobody else has.
                 * @example "5"
                 */
                "If-Match"?: string | null;
            };
            path: {
                /** @description The cart's id, or `mine` for that of the cookie. */
                cart: string;
                /** @description The variant. */
                sku: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SetLineBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Cart"];
                };
            };
            /** @description The body, a header or the locale is wrong */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description From a page of another site */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such cart, or not the caller's; no such line; or the article is not sold here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too few are there or may be in one cart (`asked`, `available`), the cart is full, or it is of another market */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The cart has another version than `If-Match` says */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The `Idempotency-Key` was used for another request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Codes of gift cards are tried too often */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much is waiting */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    remove_cart_line: {
        parameters: {
            query: {
                /**
                 * @description Language and country, such as `de-de`: texts are in the language, prices are those of the country's market.
                 * @example en-gb
                 */
                locale: string;
            };
            header?: {
                /** @description What opens the cart; a browser has a cookie instead. */
                "Cart-Capability"?: string | null;
                /** @description Names this write: sent again with the same name it is made once. */
                "Idempotency-Key"?: string | null;
                /**
                 * @description The `ETag` of the cart as it was read: it is changed only if nobody else has.
                 * @example "5"
                 */
                "If-Match"?: string | null;
            };
            path: {
                /** @description The cart's id, or `mine` for that of the cookie. */
                cart: string;
                /** @description The variant. */
                sku: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Cart"];
                };
            };
            /** @description The body, a header or the locale is wrong */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description From a page of another site */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such cart, or not the caller's; no such line; or the article is not sold here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too few are there or may be in one cart (`asked`, `available`), the cart is full, or it is of another market */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The cart has another version than `If-Match` says */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The `Idempotency-Key` was used for another request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Codes of gift cards are tried too often */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much is waiting */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    set_cart_note: {
        parameters: {
            query: {
                /**
                 * @description Language and country, such as `de-de`: texts are in the language, prices are those of the country's market.
                 * @example en-gb
                 */
                locale: string;
            };
            header?: {
                /** @description What opens the cart; a browser has a cookie instead. */
                "Cart-Capability"?: string | null;
                /** @description Names this write: sent again with the same name it is made once. */
                "Idempotency-Key"?: string | null;
                /**
                 * @description The `ETag` of the cart as it was read: it is changed only if nobody else has.
                 * @example "5"
                 */
                "If-Match"?: string | null;
            };
            path: {
                /** @description The cart's id, or `mine` */
                cart: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NoteBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Cart"];
                };
            };
            /** @description The body, a header or the locale is wrong */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description From a page of another site */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such cart, or not the caller's; no such line; or the article is not sold here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too few are there or may be in one cart (`asked`, `available`), the cart is full, or it is of another market */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The cart has another version than `If-Match` says */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The `Idempotency-Key` was used for another request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Codes of gift cards are tried too often */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much is waiting */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    find_quote: {
        parameters: {
            query: {
                /**
                 * @description Language and country, such as `de-de`.
                 * @example en-gb
                 */
                locale: string;
                /** @description Whether every rule that applied or could have is told, in words. */
                explain?: boolean;
            };
            header?: never;
            path: {
                /** @description The cart's id, or `mine` */
                cart: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Quote"];
                };
            };
            /** @description The body, a header or the locale is wrong */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description From a page of another site */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such cart, or not the caller's; no such line; or the article is not sold here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too few are there or may be in one cart (`asked`, `available`), the cart is full, or it is of another market */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The cart has another version than `If-Match` says */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The `Idempotency-Key` was used for another request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Codes of gift cards are tried too often */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much is waiting */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    save_for_later: {
        parameters: {
            query: {
                /**
                 * @description Language and country, such as `de-de`: texts are in the language, prices are those of the country's market.
                 * @example en-gb
                 */
                locale: string;
            };
            header?: {
                /** @description What opens the cart; a browser has a cookie instead. */
                "Cart-Capability"?: string | null;
                /** @description Names this write: sent again with the same name it is made once. */
                "Idempotency-Key"?: string | null;
                /**
                 * @description The `ETag` of the cart as it was read: it is changed only if nobody else has.
                 * @example "5"
                 */
                "If-Match"?: string | null;
            };
            path: {
                /** @description The cart's id, or `mine` for that of the cookie. */
                cart: string;
                /** @description The variant. */
                sku: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Cart"];
                };
            };
            /** @description The body, a header or the locale is wrong */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description From a page of another site */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such cart, or not the caller's; no such line; or the article is not sold here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too few are there or may be in one cart (`asked`, `available`), the cart is full, or it is of another market */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The cart has another version than `If-Match` says */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The `Idempotency-Key` was used for another request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Codes of gift cards are tried too often */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much is waiting */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    remove_saved: {
        parameters: {
            query: {
                /**
                 * @description Language and country, such as `de-de`: texts are in the language, prices are those of the country's market.
                 * @example en-gb
                 */
                locale: string;
            };
            header?: {
                /** @description What opens the cart; a browser has a cookie instead. */
                "Cart-Capability"?: string | null;
                /** @description Names this write: sent again with the same name it is made once. */
                "Idempotency-Key"?: string | null;
                /**
                 * @description The `ETag` of the cart as it was read: it is changed only if nobody else has.
                 * @example "5"
                 */
                "If-Match"?: string | null;
            };
            path: {
                /** @description The cart's id, or `mine` for that of the cookie. */
                cart: string;
                /** @description The variant. */
                sku: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Cart"];
                };
            };
            /** @description The body, a header or the locale is wrong */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description From a page of another site */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such cart, or not the caller's; no such line; or the article is not sold here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too few are there or may be in one cart (`asked`, `available`), the cart is full, or it is of another market */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The cart has another version than `If-Match` says */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The `Idempotency-Key` was used for another request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Codes of gift cards are tried too often */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much is waiting */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    move_to_cart: {
        parameters: {
            query: {
                /**
                 * @description Language and country, such as `de-de`: texts are in the language, prices are those of the country's market.
                 * @example en-gb
                 */
                locale: string;
            };
            header?: {
                /** @description What opens the cart; a browser has a cookie instead. */
                "Cart-Capability"?: string | null;
                /** @description Names this write: sent again with the same name it is made once. */
                "Idempotency-Key"?: string | null;
                /**
                 * @description The `ETag` of the cart as it was read: it is changed only if nobody else has.
                 * @example "5"
                 */
                "If-Match"?: string | null;
            };
            path: {
                /** @description The cart's id, or `mine` for that of the cookie. */
                cart: string;
                /** @description The variant. */
                sku: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Cart"];
                };
            };
            /** @description The body, a header or the locale is wrong */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description From a page of another site */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such cart, or not the caller's; no such line; or the article is not sold here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too few are there or may be in one cart (`asked`, `available`), the cart is full, or it is of another market */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The cart has another version than `If-Match` says */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The `Idempotency-Key` was used for another request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Codes of gift cards are tried too often */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much is waiting */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    add_wish: {
        parameters: {
            query: {
                /**
                 * @description Language and country, such as `de-de`: texts are in the language, prices are those of the country's market.
                 * @example en-gb
                 */
                locale: string;
            };
            header?: {
                /** @description What opens the cart; a browser has a cookie instead. */
                "Cart-Capability"?: string | null;
                /** @description Names this write: sent again with the same name it is made once. */
                "Idempotency-Key"?: string | null;
                /**
                 * @description The `ETag` of the cart as it was read: it is changed only if nobody else has.
                 * @example "5"
                 */
                "If-Match"?: string | null;
            };
            path: {
                /** @description The cart's id, or `mine` for that of the cookie. */
                cart: string;
                /** @description The variant. */
                sku: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Cart"];
                };
            };
            /** @description The body, a header or the locale is wrong */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description From a page of another site */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such cart, or not the caller's; no such line; or the article is not sold here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too few are there or may be in one cart (`asked`, `available`), the cart is full, or it is of another market */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The cart has another version than `If-Match` says */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The `Idempotency-Key` was used for another request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Codes of gift cards are tried too often */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much is waiting */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    remove_wish: {
        parameters: {
            query: {
                /**
                 * @description Language and country, such as `de-de`: texts are in the language, prices are those of the country's market.
                 * @example en-gb
                 */
                locale: string;
            };
            header?: {
                /** @description What opens the cart; a browser has a cookie instead. */
                "Cart-Capability"?: string | null;
                /** @description Names this write: sent again with the same name it is made once. */
                "Idempotency-Key"?: string | null;
                /**
                 * @description The `ETag` of the cart as it was read: it is changed only if nobody else has.
                 * @example "5"
                 */
                "If-Match"?: string | null;
            };
            path: {
                /** @description The cart's id, or `mine` for that of the cookie. */
                cart: string;
                /** @description The variant. */
                sku: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Cart"];
                };
            };
            /** @description The body, a header or the locale is wrong */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description From a page of another site */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such cart, or not the caller's; no such line; or the article is not sold here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too few are there or may be in one cart (`asked`, `available`), the cart is full, or it is of another market */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The cart has another version than `If-Match` says */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The `Idempotency-Key` was used for another request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Codes of gift cards are tried too often */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much is waiting */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_categories: {
        parameters: {
            query: {
                /**
                 * @description Language and country, such as `de-de`.
                 * @example en-gb
                 */
                locale: string;
                /** @description Only the way from the top to the category with this slug, and up to 200 categories directly below it. */
                category?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Categories"];
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such category */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    place_order: {
        parameters: {
            query: {
                /**
                 * @description Language and country, such as `de-de`: texts are in the language, prices are those of the country's market.
                 * @example en-gb
                 */
                locale: string;
            };
            header: {
                /** @description What opens the cart; a browser has a cookie instead. */
                "Cart-Capability"?: string | null;
                /** @description Names this attempt: sent again with the same name it is made once. */
                "Idempotency-Key": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CheckoutBody"];
            };
        };
        responses: {
            /** @description It had been ordered before */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Order"];
                };
            };
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Order"];
                };
            };
            /** @description The body, a header or the locale is wrong */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description From a page of another site */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such cart or order, or not the caller's */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The quote has changed (`cart`), the terms have (`legal_links`), too few are there (`lines`), a consent is missing (`field`), or the order is not in a state for it */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The `Idempotency-Key` was used for another request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many orders of this e-mail address or network await payment, or too many are looked up; `Retry-After` says when to try again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much is waiting */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    count_click: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Click"];
            };
        };
        responses: {
            /** @description Counted, or from a robot */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description From a page of another site */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such product */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description More than the shop counts in a second */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    find_collection: {
        parameters: {
            query: {
                /**
                 * @description Language and country, such as `de-de`: texts are in the language, prices are those of the country's market.
                 * @example en-gb
                 */
                locale: string;
            };
            header?: never;
            path: {
                /** @description The collection's part of the address */
                slug: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Collection"];
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    find_home: {
        parameters: {
            query: {
                /**
                 * @description Language and country, such as `de-de`: texts are in the language, prices are those of the country's market.
                 * @example en-gb
                 */
                locale: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Home"];
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_markets: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Markets"];
                };
            };
        };
    };
    find_navigation: {
        parameters: {
            query: {
                /**
                 * @description Language and country, such as `de-de`: texts are in the language, prices are those of the country's market.
                 * @example en-gb
                 */
                locale: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Navigation"];
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    look_up_order: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OrderLookUpBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Order"];
                };
            };
            /** @description The body, a header or the locale is wrong */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description From a page of another site */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such cart or order, or not the caller's */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The quote has changed (`cart`), the terms have (`legal_links`), too few are there (`lines`), a consent is missing (`field`), or the order is not in a state for it */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The `Idempotency-Key` was used for another request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many orders of this e-mail address or network await payment, or too many are looked up; `Retry-After` says when to try again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much is waiting */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    find_order: {
        parameters: {
            query: {
                /**
                 * @description Language and country, such as `de-de`: texts are in the language, prices are those of the country's market.
                 * @example en-gb
                 */
                locale: string;
            };
            header?: {
                /** @description What opened the cart; a browser has a cookie instead. */
                "Cart-Capability"?: string | null;
            };
            path: {
                /** @description The order's id */
                order: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Order"];
                };
            };
            /** @description The body, a header or the locale is wrong */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description From a page of another site */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such cart or order, or not the caller's */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The quote has changed (`cart`), the terms have (`legal_links`), too few are there (`lines`), a consent is missing (`field`), or the order is not in a state for it */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The `Idempotency-Key` was used for another request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many orders of this e-mail address or network await payment, or too many are looked up; `Retry-After` says when to try again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much is waiting */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancel_order: {
        parameters: {
            query: {
                /**
                 * @description Language and country, such as `de-de`: texts are in the language, prices are those of the country's market.
                 * @example en-gb
                 */
                locale: string;
            };
            header?: {
                /** @description What opened the cart; a browser has a cookie instead. */
                "Cart-Capability"?: string | null;
            };
            path: {
                /** @description The order's id */
                order: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Order"];
                };
            };
            /** @description The body, a header or the locale is wrong */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description From a page of another site */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such cart or order, or not the caller's */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The quote has changed (`cart`), the terms have (`legal_links`), too few are there (`lines`), a consent is missing (`field`), or the order is not in a state for it */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The `Idempotency-Key` was used for another request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many orders of this e-mail address or network await payment, or too many are looked up; `Retry-After` says when to try again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much is waiting */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    extend_hold: {
        parameters: {
            query: {
                /**
                 * @description Language and country, such as `de-de`: texts are in the language, prices are those of the country's market.
                 * @example en-gb
                 */
                locale: string;
            };
            header?: {
                /** @description What opened the cart; a browser has a cookie instead. */
                "Cart-Capability"?: string | null;
            };
            path: {
                /** @description The order's id */
                order: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Order"];
                };
            };
            /** @description The body, a header or the locale is wrong */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description From a page of another site */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such cart or order, or not the caller's */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The quote has changed (`cart`), the terms have (`legal_links`), too few are there (`lines`), a consent is missing (`field`), or the order is not in a state for it */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The `Idempotency-Key` was used for another request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many orders of this e-mail address or network await payment, or too many are looked up; `Retry-After` says when to try again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much is waiting */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    find_legal_text: {
        parameters: {
            query: {
                /**
                 * @description Language and country, such as `de-de`: texts are in the language, prices are those of the country's market.
                 * @example en-gb
                 */
                locale: string;
            };
            header?: {
                /** @description What opened the cart; a browser has a cookie instead. */
                "Cart-Capability"?: string | null;
            };
            path: {
                /** @description The order's id */
                order: string;
                /** @description What it is about */
                kind: components["schemas"]["LegalTextKind"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LegalText"];
                };
            };
            /** @description The body, a header or the locale is wrong */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description From a page of another site */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such cart or order, or not the caller's */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The quote has changed (`cart`), the terms have (`legal_links`), too few are there (`lines`), a consent is missing (`field`), or the order is not in a state for it */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The `Idempotency-Key` was used for another request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many orders of this e-mail address or network await payment, or too many are looked up; `Retry-After` says when to try again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much is waiting */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    settle_order: {
        parameters: {
            query: {
                /**
                 * @description Language and country, such as `de-de`: texts are in the language, prices are those of the country's market.
                 * @example en-gb
                 */
                locale: string;
            };
            header?: {
                /** @description What opened the cart; a browser has a cookie instead. */
                "Cart-Capability"?: string | null;
            };
            path: {
                /** @description The order's id */
                order: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Order"];
                };
            };
            /** @description The body, a header or the locale is wrong */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description From a page of another site */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such cart or order, or not the caller's */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The quote has changed (`cart`), the terms have (`legal_links`), too few are there (`lines`), a consent is missing (`field`), or the order is not in a state for it */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The `Idempotency-Key` was used for another request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many orders of this e-mail address or network await payment, or too many are looked up; `Retry-After` says when to try again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much is waiting */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    find_page: {
        parameters: {
            query: {
                /**
                 * @description Language and country, such as `de-de`: texts are in the language, prices are those of the country's market.
                 * @example en-gb
                 */
                locale: string;
            };
            header?: never;
            path: {
                /** @description The page's part of the address */
                slug: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page"];
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_popular: {
        parameters: {
            query: {
                /**
                 * @description Language and country, such as `de-de`.
                 * @example en-gb
                 */
                locale: string;
                /** @description How many products, 24 without it. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PopularProducts"];
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The shop is too busy */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_products: {
        parameters: {
            query: {
                /**
                 * @description Language and country, such as `de-de`.
                 * @example en-gb
                 */
                locale: string;
                /** @description Only products below the category with this slug. */
                category?: string;
                /** @description Only products of the collection with this slug. */
                collection?: string;
                /**
                 * @description `key:value`, any number of times; the keys are those of the facets. Values of one key are alternatives, different
                 *     keys must all be met. A range is written `price:1000-5000`, in minor units; either end may be left out.
                 * @example [
                 *       "brand:Acme",
                 *       "price:1000-5000"
                 *     ]
                 */
                filter?: string[];
                /** @description The order. Without it: relevance. */
                sort?: "relevance" | "newest" | "price" | "price_descending" | "name";
                /** @description How many products, 24 without it. */
                limit?: number;
                /** @description `next_cursor` of the page before. It belongs to the very same list. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProductList"];
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such category or collection */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Address and headers have more than 32 KiB; no body */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The shop is too busy, or the search is down; `Retry-After` says when to try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    find_product: {
        parameters: {
            query: {
                /**
                 * @description Language and country, such as `de-de`: texts are in the language, prices are those of the country's market.
                 * @example en-gb
                 */
                locale: string;
            };
            header?: never;
            path: {
                /** @description The product's part of the address */
                slug: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Product"];
                };
            };
            /** @description The product goes by another slug */
            308: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    search_products: {
        parameters: {
            query: {
                /**
                 * @description Language and country, such as `de-de`.
                 * @example en-gb
                 */
                locale: string;
                /** @description The words. What is beyond 200 characters is ignored. */
                q: string;
                /** @description Only products below the category with this slug. */
                category?: string;
                /** @description Only products of the collection with this slug. */
                collection?: string;
                /** @description `key:value`, any number of times, as in lists. */
                filter?: string[];
                /** @description The order. Without it: relevance. */
                sort?: "relevance" | "newest" | "price" | "price_descending" | "name";
                /** @description How many products, 24 without it. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SearchResults"];
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such category or collection */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Address and headers have more than 32 KiB; no body */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The shop is too busy, or the search is down; `Retry-After` says when to try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_ticket: {
        parameters: {
            query: {
                /**
                 * @description Language and country, such as `de-de`: texts are in the language, prices are those of the country's market.
                 * @example en-gb
                 */
                locale: string;
            };
            header?: {
                /** @description What opened the cart; a browser has a cookie instead. */
                "Cart-Capability"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TicketBody"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SocketTicket"];
                };
            };
            /** @description The body, a header or the locale is wrong */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description From a page of another site */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such cart or order, or not the caller's */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The quote has changed (`cart`), the terms have (`legal_links`), too few are there (`lines`), a consent is missing (`field`), or the order is not in a state for it */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The `Idempotency-Key` was used for another request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many orders of this e-mail address or network await payment, or too many are looked up; `Retry-After` says when to try again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much is waiting */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    suggest: {
        parameters: {
            query: {
                /**
                 * @description Language and country, such as `de-de`.
                 * @example en-gb
                 */
                locale: string;
                /** @description What was typed so far; its last word may be a part of one. What is beyond 200 characters is ignored. */
                q: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Suggestions"];
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Address and headers have more than 32 KiB; no body */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The shop is too busy, or the search is down; `Retry-After` says when to try again */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    count_view: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProductView"];
            };
        };
        responses: {
            /** @description Counted, or from a robot */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description From a page of another site */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such product */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description More than the shop counts in a second */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    hear_webhook: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": string;
            };
        };
        responses: {
            /** @description Heard */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The body, a header or the locale is wrong */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description From a page of another site */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such cart or order, or not the caller's */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The quote has changed (`cart`), the terms have (`legal_links`), too few are there (`lines`), a consent is missing (`field`), or the order is not in a state for it */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The `Idempotency-Key` was used for another request */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many orders of this e-mail address or network await payment, or too many are looked up; `Retry-After` says when to try again */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much is waiting */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    find_config: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Config"];
                };
            };
        };
    };
    health: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
        };
    };
    find_picture: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The digest of the picture */
                id: string;
                /** @description One of its widths, and .webp */
                file: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/webp": number[];
                };
            };
            /** @description The condition holds */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    render_metrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
        };
    };
    readiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
