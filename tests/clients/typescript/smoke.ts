// Buys the same thing over both faces with clients made from their contracts, and prints what it saw.
import { GraphQLClient } from "graphql-request";
import createClient from "openapi-fetch";
import { graphql } from "./gql/index.js";
import type { components, paths } from "./rest.js";

declare const process: { argv: string[] };
const [, , address, authorization, sku] = process.argv as [string, string, string, string, string];
const headers = { authorization };
const rest = createClient<paths>({ baseUrl: address, headers });
const gql = new GraphQLClient(`${address}/graphql`, { headers });

const FindItem = graphql(`
  query FindItem($id: ID!) {
    item(id: $id) {
      id
      sku
      price {
        amount
        currency
      }
    }
  }
`);
const PlaceOrder = graphql(`
  mutation PlaceOrder($input: PlaceOrderInput!) {
    placeOrder(input: $input) {
      replayed
      result {
        id
        number
      }
      errors {
        __typename
        code
        ... on InsufficientStock {
          shortages {
            requested
            available
          }
        }
      }
    }
  }
`);

const item = (await gql.request(FindItem, { id: `sku:${sku}` })).item;
const same = await rest.GET("/v1/items/{item_id}", {
  params: { path: { item_id: `sku:${sku}` } },
});
const key = `typescript-${sku}`;
const lines = [{ item_id: `sku:${sku}`, quantity: 2 }];
const ordered = await rest.POST("/v1/orders", {
  params: { header: { "Idempotency-Key": key } },
  body: { lines },
});
const again = await gql.request(PlaceOrder, {
  input: { idempotencyKey: key, lines: [{ itemId: `sku:${sku}`, quantity: 2 }] },
});
const tooMany = await rest.POST("/v1/orders", {
  params: { header: { "Idempotency-Key": `${key}-more` } },
  body: { lines: [{ item_id: `sku:${sku}`, quantity: 1000 }] },
});
const tooManyAgain = await gql.request(PlaceOrder, {
  input: { idempotencyKey: `${key}-again`, lines: [{ itemId: `sku:${sku}`, quantity: 1000 }] },
});
const problem: components["schemas"]["Problem"] | undefined = tooMany.error;
const [refused] = tooManyAgain.placeOrder?.errors ?? [];

console.log(
  JSON.stringify({
    graphql_item: item?.id,
    rest_item: same.data?.id,
    price: [item?.price?.amount, same.data?.price?.amount],
    rest_order: ordered.data?.id,
    graphql_order: again.placeOrder?.result?.id,
    replayed: again.placeOrder?.replayed,
    rest_refusal: problem?.code,
    graphql_refusal: refused?.code,
    available: refused?.__typename === "InsufficientStock" ? refused.shortages[0]?.available : null,
  }),
);
