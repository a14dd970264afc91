import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import java.util.List;

/**
 * Stands in for MongoDB in the test run, where no mongod can be installed from a package registry. It keeps everything
 * in memory, prints the port that it listens on, and ends when its standard input closes, so that it never outlives
 * the run that started it, however that run ended.
 */
public class MongoStandIn {
    public static void main(String[] args) throws Exception {
        MemoryBackend backend = new MemoryBackend();
        // The driver refuses servers that speak less than wire version 21; the server's own newest is that of 5.0.
        backend.version(new MongoVersion() {
            @Override
            public List<Integer> getVersionArray() {
                return List.of(7, 0, 0);
            }

            @Override
            public int getWireVersion() {
                return 21;
            }
        });
        MongoServer server = new MongoServer(backend);
        System.out.println("ready " + server.bind().getPort());
        while (System.in.read() != -1) {
            // Nothing is said here; only the end of the input counts.
        }
        server.shutdownNow();
        System.exit(0);
    }
}
