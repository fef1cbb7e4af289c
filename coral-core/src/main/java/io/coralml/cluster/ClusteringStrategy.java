package io.coralml.cluster;

/** How bases are chosen. */
public enum ClusteringStrategy {
  /** K-means++ over projected samples, splitting until every cluster is tight. */
  KMEANS,
  /** Agglomeration along the graph of candidates, nearest first, as long as centroids are near. */
  HIERARCHICAL,
  /** Density: whatever hangs together by near neighbours. */
  DBSCAN,
  /** No clusters: a forest of least cost in the graph of candidates, of bounded depth. */
  FOREST,
  /** All of the others, and the one whose plan costs least, measured on real encodings. */
  ADAPTIVE
}
