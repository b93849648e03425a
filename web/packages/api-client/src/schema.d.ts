// Generated from openapi.json by `npm run generate`. Do not edit.

export interface paths {
    "/api/products": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: {
            parameters: {
                query: {
                    locale: string;
                    category?: string;
                    collection?: string;
                    filter?: string[];
                    sort?: string;
                    limit?: number;
                    cursor?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description ok */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ProductList"];
                    };
                };
                /** @description problem */
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
        get: {
            parameters: {
                query: {
                    locale: string;
                    q: string;
                    category?: string;
                    collection?: string;
                    filter?: string[];
                    sort?: string;
                    limit?: number;
                    cursor?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description ok */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SearchResult"];
                    };
                };
                /** @description problem */
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
        get: {
            parameters: {
                query: {
                    locale: string;
                };
                header?: never;
                path: {
                    slug: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description ok */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Product"];
                    };
                };
                /** @description problem */
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
        put?: never;
        post?: never;
        delete?: never;
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
        get: {
            parameters: {
                query: {
                    locale: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description ok */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Categories"];
                    };
                };
                /** @description problem */
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
        put?: never;
        post?: never;
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
        get: {
            parameters: {
                query: {
                    locale: string;
                };
                header?: never;
                path: {
                    slug: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description ok */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Collection"];
                    };
                };
                /** @description problem */
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
        put?: never;
        post?: never;
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
        get: {
            parameters: {
                query: {
                    locale: string;
                };
                header?: never;
                path: {
                    slug: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description ok */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Page"];
                    };
                };
                /** @description problem */
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
        get: {
            parameters: {
                query: {
                    locale: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description ok */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Home"];
                    };
                };
                /** @description problem */
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
        get: {
            parameters: {
                query: {
                    locale: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description ok */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Navigation"];
                    };
                };
                /** @description problem */
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
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description ok */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Markets"];
                    };
                };
                /** @description problem */
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
        Alternate: {
            locale: string;
            slug: string;
        };
        PictureSource: {
            width: number;
            url: string;
        };
        Picture: {
            alt: string;
            width: number;
            height: number;
            sources: components["schemas"]["PictureSource"][];
        };
        UnitPrice: {
            amount: number;
            /** @enum {string} */
            unit: "kg" | "l" | "m" | "m2";
        };
        Price: {
            amount: number;
            currency: string;
            compare_at: number | null;
            lowest_30_days: number | null;
            reduction_percent: number | null;
            unit_price: null | components["schemas"]["UnitPrice"];
        };
        /** @enum {string} */
        Availability: "in_stock" | "low_stock" | "back_order" | "sold_out";
        Swatch: {
            value: string;
            label: string;
            color: string | null;
            picture: null | components["schemas"]["Picture"];
            available: boolean;
        };
        HighlightedText: {
            text: string;
            marked: boolean;
        };
        ProductCard: {
            code: string;
            slug: string;
            name: string;
            brand: string | null;
            tint: string;
            picture: null | components["schemas"]["Picture"];
            swatches: components["schemas"]["Swatch"][];
            price: null | components["schemas"]["Price"];
            price_from: boolean;
            availability: components["schemas"]["Availability"];
            last_units: number | null;
            is_new: boolean;
            highlighted_name: components["schemas"]["HighlightedText"][] | null;
        };
        FacetValue: {
            value: string;
            label: string;
            count: number;
            selected: boolean;
            color: string | null;
        };
        FacetRange: {
            minimum: number;
            maximum: number;
            selected_minimum: number | null;
            selected_maximum: number | null;
        };
        Facet: {
            key: string;
            label: string;
            /** @enum {string} */
            kind: "values" | "range";
            values: components["schemas"]["FacetValue"][];
            range: null | components["schemas"]["FacetRange"];
        };
        /** @enum {string} */
        Sort: "relevance" | "newest" | "price" | "price_descending" | "name";
        Total: {
            count: number;
            exact: boolean;
        };
        ProductList: {
            products: components["schemas"]["ProductCard"][];
            total: components["schemas"]["Total"];
            facets: components["schemas"]["Facet"][];
            sort: components["schemas"]["Sort"];
            next_cursor: string | null;
        };
        SearchResult: components["schemas"]["ProductList"] & {
            query: string;
        };
        Breadcrumb: {
            slug: string;
            name: string;
        };
        OptionValue: {
            value: string;
            label: string;
            color: string | null;
            available: boolean;
        };
        ProductOption: {
            attribute: string;
            name: string;
            values: components["schemas"]["OptionValue"][];
        };
        Variant: {
            sku: string;
            barcode: string | null;
            options: {
                [key: string]: string;
            };
            price: null | components["schemas"]["Price"];
            availability: components["schemas"]["Availability"];
            last_units: number | null;
            picture: number | null;
            weight_grams: number | null;
        };
        ProductAttribute: {
            code: string;
            name: string;
            value: string;
        };
        Contact: {
            name: string;
            address: string;
            email: string | null;
        };
        Seo: {
            title: string;
            description: string;
        };
        Product: {
            code: string;
            slug: string;
            name: string;
            brand: string | null;
            product_type: string | null;
            tint: string;
            summary: string;
            description_html: string;
            breadcrumbs: components["schemas"]["Breadcrumb"][];
            pictures: components["schemas"]["Picture"][];
            options: components["schemas"]["ProductOption"][];
            variants: components["schemas"]["Variant"][];
            attributes: components["schemas"]["ProductAttribute"][];
            tags: string[];
            warnings: string[];
            origin: string | null;
            manufacturer: null | components["schemas"]["Contact"];
            responsible_person: null | components["schemas"]["Contact"];
            seo: components["schemas"]["Seo"];
            alternates: components["schemas"]["Alternate"][];
        };
        Category: {
            slug: string;
            name: string;
            description: string;
            tint: string;
            picture: null | components["schemas"]["Picture"];
            children: components["schemas"]["Category"][];
            alternates: components["schemas"]["Alternate"][];
        };
        Categories: {
            categories: components["schemas"]["Category"][];
        };
        Collection: {
            slug: string;
            name: string;
            description: string;
            tint: string;
            picture: null | components["schemas"]["Picture"];
            alternates: components["schemas"]["Alternate"][];
        };
        Page: {
            slug: string;
            kind: string;
            title: string;
            summary: string;
            body_html: string;
            alternates: components["schemas"]["Alternate"][];
        };
        Link: {
            label: string;
            href: string;
        };
        CategoryTile: {
            slug: string;
            name: string;
            tint: string;
            picture: null | components["schemas"]["Picture"];
        };
        HomeSection: {
            /** @enum {string} */
            kind: "opening";
            title: string;
            text: string;
            link: components["schemas"]["Link"];
            tint: string;
            product: null | components["schemas"]["ProductCard"];
            picture: null | components["schemas"]["Picture"];
        } | {
            /** @enum {string} */
            kind: "categories";
            title: string;
            categories: components["schemas"]["CategoryTile"][];
        } | {
            /** @enum {string} */
            kind: "products";
            title: string;
            text: string;
            link: null | components["schemas"]["Link"];
            products: components["schemas"]["ProductCard"][];
        } | {
            /** @enum {string} */
            kind: "story";
            title: string;
            text: string;
            link: null | components["schemas"]["Link"];
            tint: string;
            picture: null | components["schemas"]["Picture"];
        };
        Home: {
            seo: components["schemas"]["Seo"];
            sections: components["schemas"]["HomeSection"][];
        };
        ShopName: {
            name: string;
            tagline: string;
        };
        FooterMenu: {
            title: string;
            links: components["schemas"]["Link"][];
        };
        /** @enum {string} */
        Tax: "included" | "excluded";
        Navigation: {
            shop: components["schemas"]["ShopName"];
            header: components["schemas"]["Link"][];
            footer: components["schemas"]["FooterMenu"][];
            service_note: string;
            tax: components["schemas"]["Tax"];
            currency: string;
            delivery_link: null | components["schemas"]["Link"];
        };
        Market: {
            code: string;
            currency: string;
            tax: components["schemas"]["Tax"];
            countries: string[];
            languages: string[];
        };
        MarketLocale: {
            locale: string;
            language: string;
            country: string;
            market: string;
            currency: string;
        };
        Markets: {
            default_locale: string;
            markets: components["schemas"]["Market"][];
            locales: components["schemas"]["MarketLocale"][];
        };
        Problem: {
            type: string;
            title: string;
            status: number;
            code: string;
            detail: string;
            field?: string;
            request_id: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
