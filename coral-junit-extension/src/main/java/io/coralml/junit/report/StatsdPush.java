package io.coralml.junit.report;

import io.coralml.junit.BenchmarkException;
import io.coralml.junit.RunReport;
import io.micrometer.statsd.StatsdConfig;
import io.micrometer.statsd.StatsdFlavor;
import io.micrometer.statsd.StatsdMeterRegistry;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Sends a run to a StatsD server. Micrometer writes the lines; they are sent from here, because its
 * own sender swallows what goes wrong.
 */
final class StatsdPush {
  private static final Pattern HOST_AND_PORT = Pattern.compile("(.+):(\\d{1,5})");

  private StatsdPush() {}

  /** Sends one line for each metric over UDP, in the Etsy form with tags appended to the name. */
  static void send(String address, RunReport report) throws IOException {
    Matcher place = HOST_AND_PORT.matcher(address);
    if (!place.matches()) {
      throw new BenchmarkException("it is no host:port");
    }
    List<String> lines = new CopyOnWriteArrayList<>();
    StatsdMeterRegistry registry =
        StatsdMeterRegistry.builder(new EtsyLines()).lineSink(lines::add).build();
    MicrometerGauges.fill(registry, report);
    registry.close();
    InetAddress host = InetAddress.getByName(place.group(1));
    int port = Integer.parseInt(place.group(2));
    try (DatagramSocket socket = new DatagramSocket()) {
      for (String line : lines) {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        socket.send(new DatagramPacket(bytes, bytes.length, host, port));
      }
    }
  }

  /** The form without tags of its own, which every server reads. */
  private static final class EtsyLines implements StatsdConfig {
    @Override
    public @Nullable String get(String key) {
      return null;
    }

    @Override
    public StatsdFlavor flavor() {
      return StatsdFlavor.ETSY;
    }

    @Override
    public boolean buffered() {
      return false;
    }

    @Override
    public Duration pollingFrequency() {
      return Duration.ofHours(1); // it is polled once, when it is closed
    }
  }
}
