#include "waterbed/network/care_network.hpp"

#include "waterbed/core/error.hpp"
#include "waterbed/core/ids.hpp"

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/breadth_first_search.hpp>
#include <boost/graph/graphviz.hpp>
#include <boost/graph/reverse_graph.hpp>
#include <boost/graph/strong_components.hpp>

#include <algorithm>
#include <cstddef>
#include <iomanip>
#include <locale>
#include <map>
#include <sstream>
#include <utility>

namespace waterbed {
namespace {

using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::bidirectionalS, boost::no_property,
                                    boost::property<boost::edge_weight_t, double>>;
using Vertex = boost::graph_traits<Graph>::vertex_descriptor;

constexpr double k_rounding = 1e-12;

Graph graph_of(const CareNetwork& network) {
  std::map<std::string, Vertex> position;
  for (Vertex place = 0; place < network.places.size(); ++place) {
    if (!position.emplace(network.places[place].name, place).second) {
      throw InvalidArgument("network.places", "names must differ", network.places[place].name);
    }
  }
  const auto find = [&position](const std::string& name) {
    const auto found = position.find(name);
    if (found == position.end()) {
      throw InvalidArgument("network.pathways", "must name a place", name);
    }
    return found->second;
  };
  Graph graph(network.places.size());
  for (const CarePathway& pathway : network.pathways) {
    const Vertex from = find(pathway.from);
    const Vertex to = find(pathway.to);
    if (pathway.probability > 0.0) {
      boost::add_edge(from, to, pathway.probability, graph);
    }
  }
  return graph;
}

/// Marks what a breadth-first search from the sources finds.
template <class AnyGraph>
std::vector<bool> found_from(const AnyGraph& graph, const std::vector<Vertex>& sources) {
  std::vector<boost::default_color_type> colours(num_vertices(graph), boost::white_color);
  const auto colour_map =
      boost::make_iterator_property_map(colours.begin(), get(boost::vertex_index, graph), colours[0]);
  boost::queue<Vertex> queue;
  for (const Vertex source : sources) {
    if (colours[source] == boost::white_color) {
      boost::breadth_first_visit(graph, source, queue, boost::make_bfs_visitor(boost::null_visitor()), colour_map);
    }
  }
  std::vector<bool> found(colours.size());
  std::transform(colours.begin(), colours.end(), found.begin(),
                 [](auto colour) { return colour != boost::white_color; });
  return found;
}

std::vector<Vertex> discharging(const Graph& graph) {
  std::vector<Vertex> places;
  for (const Vertex place : boost::make_iterator_range(vertices(graph))) {
    double sum = 0.0;
    for (const auto edge : boost::make_iterator_range(out_edges(place, graph))) {
      sum += get(boost::edge_weight, graph, edge);
    }
    if (1.0 - sum > k_rounding) {
      places.push_back(place);
    }
  }
  return places;
}

/// Shortest way round from a place back to itself. @pre there is one
std::vector<Vertex> shortest_cycle(const Graph& graph, Vertex start) {
  constexpr Vertex k_none = static_cast<Vertex>(-1);
  std::vector<Vertex> before(num_vertices(graph), k_none);
  boost::breadth_first_search(
      graph, start,
      boost::visitor(boost::make_bfs_visitor(boost::record_predecessors(before.data(), boost::on_tree_edge()))));
  // The search finds places in order of distance, so the nearest one that leads back closes the shortest way round.
  std::vector<Vertex> best;
  for (const auto edge : boost::make_iterator_range(in_edges(start, graph))) {
    std::vector<Vertex> way;
    for (Vertex place = source(edge, graph); place != start; place = before[place]) {
      if (before[place] == k_none) {
        way.clear();
        break;
      }
      way.push_back(place);
    }
    if (source(edge, graph) != start && way.empty()) {
      continue;  // not reached from the start
    }
    way.push_back(start);
    if (best.empty() || way.size() < best.size()) {
      best = std::move(way);
    }
  }
  std::ranges::reverse(best);
  return best;
}

}  // namespace

std::string EndlessCycle::text() const {
  std::string text;
  for (const std::string& place : cycle) {
    text += place + " -> ";
  }
  return cycle.empty() ? text : text + cycle.front();
}

NetworkFindings examine(const CareNetwork& network) {
  const Graph graph = graph_of(network);
  NetworkFindings findings;
  if (network.places.empty()) {
    return findings;
  }
  const auto name = [&network](Vertex place) { return network.places[place].name; };

  std::vector<Vertex> entries;
  for (const Vertex place : boost::make_iterator_range(vertices(graph))) {
    if (network.places[place].entry > 0.0) {
      entries.push_back(place);
    }
  }
  const std::vector<bool> reached = found_from(graph, entries);
  const std::vector<bool> ends = found_from(boost::make_reverse_graph(graph), discharging(graph));

  std::vector<std::size_t> component(num_vertices(graph));
  boost::strong_components(
      graph, boost::make_iterator_property_map(component.begin(), get(boost::vertex_index, graph), component[0]));
  // A trap is a strong component that nothing leaves.
  std::vector<bool> left(num_vertices(graph), false);
  for (const auto edge : boost::make_iterator_range(edges(graph))) {
    if (component[source(edge, graph)] != component[target(edge, graph)]) {
      left[component[source(edge, graph)]] = true;
    }
  }
  std::map<std::size_t, std::size_t> trap_of;  // component -> position in findings.endless
  for (const Vertex place : boost::make_iterator_range(vertices(graph))) {
    if (!reached[place]) {
      findings.unreachable.push_back(name(place));
    }
    if (ends[place]) {
      continue;
    }
    if (left[component[place]]) {
      findings.leads_in.push_back(name(place));
      continue;
    }
    const auto [trap, is_new] = trap_of.emplace(component[place], findings.endless.size());
    if (is_new) {
      findings.endless.emplace_back();
      for (const Vertex step : shortest_cycle(graph, place)) {
        findings.endless.back().cycle.push_back(name(step));
      }
    }
    findings.endless[trap->second].places.push_back(name(place));
  }
  return findings;
}

std::string to_dot(const CareNetwork& network) {
  const Graph graph = graph_of(network);
  std::ostringstream text;
  text.imbue(std::locale::classic());
  const auto place = [&network](std::ostream& out, Vertex vertex) {
    out << "[label=" << boost::escape_dot_string(network.places[vertex].name)
        << (network.places[vertex].entry > 0.0 ? ", shape=box" : "") << "]";
  };
  const auto pathway = [&graph](std::ostream& out, const auto& edge) {
    out << "[label=\"" << std::setprecision(3) << get(boost::edge_weight, graph, edge) << "\"]";
  };
  boost::write_graphviz(text, graph, place, pathway);
  return text.str();
}

}  // namespace waterbed
