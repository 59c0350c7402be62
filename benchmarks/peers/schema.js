// As much of Stockroom's schema as is measured, with resolvers that any GraphQL server takes.

const reads = require('./reads')
const { cursor } = require('./sql')

exports.typeDefs = `
  type Query {
    item(id: ID!): Item
    items(first: Int = 50): ItemConnection!
  }
  type ItemConnection { edges: [ItemEdge!]! pageInfo: PageInfo! }
  type ItemEdge { cursor: String! node: Item! }
  type PageInfo { hasNextPage: Boolean! endCursor: String }
  type Item {
    id: ID!
    sku: String!
    name: String!
    price: Money
    category: Category
    stockLevels: [StockLevel!]
  }
  type Money { amount: String! currency: String! }
  type Category { id: ID! name: String! }
  type StockLevel { location: Location onHand: Float! reserved: Float! available: Float! }
  type Location { id: ID! code: String! }
`

exports.resolvers = {
  Query: {
    item: (_, { id }) => reads.item(id),
    async items (_, { first }) {
      const found = await reads.items(first + 1)
      const nodes = found.slice(0, first)
      const edges = nodes.map((node) => ({ node, cursor: cursor(node) }))
      const endCursor = edges.length ? edges[edges.length - 1].cursor : null
      return { edges, pageInfo: { hasNextPage: found.length > first, endCursor } }
    }
  },
  Item: {
    category: (item, _, { loaders }) => item.category_id && loaders.category.load(item.category_id),
    stockLevels: (item, _, { loaders }) => loaders.levels.load(item.id)
  },
  StockLevel: {
    location: (level, _, { loaders }) => loaders.location.load(level.location_id)
  }
}
