using RocketMQ.Remoting.Configuration;

namespace RocketMQ.Broker.Auth.Plain;

/// <summary>Reads a plain_acl.yml as it stands: the program around the broker brings the library for YAML. What it means is checked here.</summary>
public interface IPlainAclReader
{
    /// <returns>The file's table; null where it holds something else.</returns>
    /// <exception cref="ConfigurationException">The file is missing or is no YAML; the line is named.</exception>
    PlainAclNode? Read(string path);
}
