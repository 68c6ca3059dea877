import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.deidentifier.arx.ARXAnonymizer;
import org.deidentifier.arx.ARXConfiguration;
import org.deidentifier.arx.ARXLattice.ARXNode;
import org.deidentifier.arx.ARXResult;
import org.deidentifier.arx.AttributeType.Hierarchy;
import org.deidentifier.arx.Data;
import org.deidentifier.arx.DataHandle;
import org.deidentifier.arx.criteria.KAnonymity;
import org.deidentifier.arx.metric.Metric;
import org.deidentifier.arx.metric.Metric.AggregateFunction;

/**
 * ARX beside Sekisho, driven by benchmarks/anonymity.py: one line of JSON a round, CPU seconds of the whole virtual machine
 * without loading. Arguments: table, folder of hierarchies, k, suppression, rounds, "optimal" or "local", output or "-".
 */
public final class Peer {
    private static final OperatingSystemMXBean SYSTEM =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private Peer() {
    }

    public static void main(String[] given) throws Exception {
        boolean local = given[5].equals("local");
        double start = seconds();
        Data data = load(given[0], given[1]);
        double loaded = seconds() - start;
        for (int round = 0; round < Integer.parseInt(given[4]); round++) {
            start = seconds();
            ARXResult result = new ARXAnonymizer().anonymize(data, configuration(given, local));
            DataHandle output = local || !given[6].equals("-") ? result.getOutput(false) : null;
            if (local) {
                result.optimizeIterativeFast(output, 0.01d);
            }
            report(result, seconds() - start, loaded);
            if (!given[6].equals("-")) {
                output.save(given[6], ';');
            }
            data.getHandle().release();
        }
    }

    /** As ARX's own example of local recoding: suppression alone, of which each step then makes less. */
    private static ARXConfiguration configuration(String[] given, boolean local) {
        ARXConfiguration configuration = ARXConfiguration.create();
        configuration.addPrivacyModel(new KAnonymity(Integer.parseInt(given[2])));
        configuration.setSuppressionLimit(local ? 1d : Double.parseDouble(given[3]));
        configuration.setQualityModel(
            local ? Metric.createLossMetric(0d) : Metric.createLossMetric(AggregateFunction.ARITHMETIC_MEAN));
        return configuration;
    }

    private static Data load(String table, String hierarchies) throws Exception {
        Data data = Data.create(table, StandardCharsets.UTF_8, ';');
        DataHandle handle = data.getHandle();
        for (int column = 0; column < handle.getNumColumns(); column++) {
            String name = handle.getAttributeName(column);
            String path = Path.of(hierarchies, "adult_hierarchy_" + name + ".csv").toString();
            data.getDefinition().setAttributeType(name, Hierarchy.create(path, StandardCharsets.UTF_8, ';'));
        }
        return data;
    }

    private static void report(ARXResult result, double cpu, double loaded) {
        ARXNode best = result.getGlobalOptimum();
        System.out.printf("{\"cpu\": %.3f, \"load\": %.3f, \"levels\": %s, \"attributes\": \"%s\", \"loss\": \"%s\"}%n", cpu,
            loaded, Arrays.toString(best.getTransformation()), String.join(";", best.getQuasiIdentifyingAttributes()),
            best.getLowestScore());
        System.out.flush();
    }

    private static double seconds() {
        return SYSTEM.getProcessCpuTime() / 1e9;
    }
}
